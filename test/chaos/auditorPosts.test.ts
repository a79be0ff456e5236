import { cancelledStory, found, goodStory, know, ms, POST, result, said, type Story } from './support/story';

describe('one content per round', () => {
  /** Another source is remixed, besides what the good story shows. */
  const remixAnother = (story: Story, seconds: number, id: string): Story => {
    const more = { idempotencyKey: `key of ${id}`, bodyHash: `body of ${id}`, class: 'long-running' } as const;
    const remix = story.ask(seconds, 'POST', '/v1/projects/prj_1/content/slideshow-remix', more);
    story.effect(remix, 'content.created', id, { sourceTiktokId: `source of ${id}`, influencerId: 'inf_1' });
    know(story, id);
    return story;
  };

  it('finds another source that was remixed while the first lived', () => {
    expect(said(remixAnother(goodStory(), 7, 'cnt_2'))).toEqual(['cnt_2 was made while cnt_1 lived']);
  });

  it('finds it also where the second is dead by the end', () => {
    const story = remixAnother(goodStory(), 7, 'cnt_2');
    story.effect(8, 'content.canceled', 'cnt_2');
    expect(found(story)).toEqual(['one content per round']);
  });

  it('lets another source be tried once the last one has failed', () => {
    const story = remixAnother(goodStory(), 3.5, 'cnt_0');
    story.ledger.splice(4, 0, ...story.ledger.splice(-2));
    story.effect(3.8, 'content.failed', 'cnt_0');
    expect(found(story)).toEqual([]);
  });

  it('lets a request for changes lead to one more, and to no other', () => {
    const story = remixAnother(goodStory(), 7, 'cnt_2');
    story.plan = { ...story.plan, changes: true };
    expect(found(story)).toEqual([]);
    expect(said(remixAnother(story, 8, 'cnt_3'))).toEqual(['cnt_3 was made while cnt_1 and cnt_2 lived']);
  });

  it('does not hold a run to what was made before it began, or was reset', () => {
    const second = remixAnother(cancelledStory(), 35, 'cnt_2');
    second.run({ startedAt: ms(30) });
    const reset = remixAnother(goodStory(), 7, 'cnt_2');
    reset.resets.push({ customer: 'acme', runId: 'run-0', at: ms(6.5) });
    for (const story of [second, reset]) expect(found(story)).not.toContain('one content per round');
  });
});

describe('posted as planned', () => {
  const posted = (more: Record<string, unknown>): Story => {
    const story = goodStory();
    for (const entry of story.ledger)
      if (entry.type === 'effect' && entry.effect === 'post.created') entry.data = { ...POST, ...more };
    return story;
  };
  /** What the workflow believes fits what it did. */
  const believed = (more: Parameters<typeof posted>[0]): Story => {
    const story = posted(more);
    const [post] = result({}).scheduledPosts;
    story.runs[0]!.result = result({ scheduledPosts: [{ ...post!, ...more }] });
    return story;
  };

  it('finds a post on another account than the named one', () => {
    expect(said(believed({ socialAccountId: 'sa_2' }))).toEqual(['the post sp_1 is on sa_2 in place of sa_1']);
  });

  it('wants one that the customer has connected, where none is named', () => {
    const story = goodStory();
    story.plan = { ...story.plan, account: 'consent' };
    expect(said(story)).toEqual(['the post sp_1 is on sa_1, which its customer has not connected']);
    story.effect(10, 'account.connected', 'sa_1');
    expect(found(story)).toEqual([]);
  });

  it('finds a post at another time', () => {
    const scheduledFor = '2026-05-09T09:00:00.000Z';
    expect(said(believed({ scheduledFor }))).toEqual([
      'the post sp_1 goes out at 2026-05-09T09:00:00.000Z in place of 2026-05-09T09:00 in America/Los_Angeles',
    ]);
    const story = goodStory();
    story.postAt = null;
    expect(found(story)).toEqual(['posted as planned']);
  });

  it('finds a result that says otherwise', () => {
    expect(said(posted({ mode: 'draft' }))).toEqual([
      'the post sp_1 is not what the result says: publish on sa_1 at 2026-05-09T16:00:00Z',
    ]);
    const story = goodStory();
    const { scheduledPosts } = result({});
    story.runs[0]!.result = result({
      scheduledPosts: [...scheduledPosts, { ...scheduledPosts[0]!, scheduledPostId: 'sp_2' }],
    });
    expect(said(story)).toEqual(['the result has the post sp_2, and it will not go out']);
  });
});
