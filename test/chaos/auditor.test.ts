import { audit } from '../../chaos/audit';
import { at, cancelledStory, found, goodStory, know, ms, POST, result, said, type Story } from './support/story';

it('finds nothing in a good story', () => {
  expect(audit(goodStory().evidence())).toEqual([]);
});

describe('one effect per intent', () => {
  const uploadAgain = (story: Story) => {
    const again = story.ask(3, 'POST', '/v1/projects/prj_1/app-media');
    story.effect(again, 'media.created', 'med_2', { kind: 'logo', url: 'https://acme.example/logo.png' });
    know(story, 'med_2');
    return story;
  };

  it('finds the same asset twice, and shows both with their requests', () => {
    const [violation, ...others] = audit(uploadAgain(goodStory()).evidence());
    expect(others).toEqual([]);
    expect(violation).toMatchObject({
      invariant: 'one effect per intent',
      customer: 'acme',
      what: 'the logo https://acme.example/logo.png was made twice: med_1 and med_2',
    });
    expect(violation!.evidence).toHaveLength(4);
  });

  it('lets another asset be', () => {
    const story = goodStory();
    const other = story.ask(3, 'POST', '/v1/projects/prj_1/app-media', { idempotencyKey: 'k2', bodyHash: 'b2' });
    story.effect(other, 'media.created', 'med_2', { kind: 'logo', url: 'https://acme.example/other.png' });
    know(story, 'med_2');
    expect(found(story)).toEqual([]);
  });

  const remixAgain = (dead: boolean): Story => {
    const story = goodStory();
    if (dead) story.effect(4.5, 'content.failed', 'cnt_0');
    const source = { sourceTiktokId: '73', influencerId: 'inf_1' };
    const first = story.ask(4.2, 'POST', '/v1/projects/prj_1/content/slideshow-remix', {
      idempotencyKey: 'k0',
      bodyHash: 'b0',
    });
    story.effect(first, 'content.created', 'cnt_0', source);
    story.ledger.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    const second = story.ask(5, 'POST', '/v1/projects/prj_1/content/slideshow-remix', {
      idempotencyKey: 'k1',
      bodyHash: 'b1',
    });
    if (dead) story.effect(4.9, 'content.failed', 'cnt_1');
    story.effect(second, 'content.created', 'cnt_2', source);
    know(story, 'cnt_0', 'cnt_2');
    return story;
  };

  it('finds a remix that was begun again while the first lived', () => {
    expect(found(remixAgain(false))).toContain('one effect per intent');
  });

  it('lets a new try be, once the first has failed', () => {
    expect(said(remixAgain(true)).filter((what) => what.includes('cnt_2'))).toEqual([]);
  });

  /** Cancelled after its remix, then started again: the second run remixes the same under another key. */
  const remixInASecondRun = (refusedBefore: boolean): string[] => {
    const story = goodStory();
    const remix = '/v1/projects/prj_1/content/slideshow-remix';
    if (refusedBefore) {
      story.ask(3.5, 'POST', remix, { idempotencyKey: 'k0', status: 402, code: 'BILLING_EXHAUSTED' });
      story.ledger.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    }
    const again = story.ask(9, 'POST', remix, { idempotencyKey: 'k0' });
    story.effect(again, 'content.created', 'cnt_2', { sourceTiktokId: '73', influencerId: 'inf_1' });
    know(story, 'cnt_2');
    story.runs.unshift({ ...story.runs[0]!, runId: 'run-0', ending: 'cancelled', stopAskedAt: ms(7), closedAt: ms(8) });
    return found(story).filter((invariant) => invariant === 'one effect per intent');
  };

  it('lets a second run remix again only where its key had come to nothing in the first', () => {
    expect(remixInASecondRun(true)).toEqual([]);
    expect(remixInASecondRun(false)).toEqual(['one effect per intent']);
  });

  /** An upload that got an error, perhaps again and again under its key, and is sent under another one then. */
  const uploadUnderAnotherKey = (replayed: boolean): string[] => {
    const story = goodStory();
    const upload = (at: number, idempotencyKey: string, answer: object): unknown =>
      story.ask(at, 'POST', '/v1/projects/prj_1/app-media', { idempotencyKey, bodyHash: 'b7', ...answer });
    upload(6, 'k7', { status: 500, code: 'INTERNAL' });
    upload(6.2, 'k7', { status: 500, code: 'INTERNAL', replayed });
    upload(6.4, 'k8', { status: 402, code: 'BILLING_EXHAUSTED' });
    return found(story).filter((invariant) => invariant === 'same key, same body');
  };

  it('lets another key be only where Layers repeats a stored error under the first', () => {
    expect(uploadUnderAnotherKey(true)).toEqual([]);
    expect(uploadUnderAnotherKey(false)).toEqual(['same key, same body']);
  });

  it('does not blame the onboarding for what an operator did', () => {
    const story = goodStory();
    const cause = story.asOperator(3, 'POST', '/v1/projects/prj_1/app-media');
    story.effect(cause, 'media.created', 'med_9', { kind: 'logo', url: 'https://acme.example/logo.png' });
    expect(found(story)).toEqual([]);
  });
});

describe('no orphan effects', () => {
  it('finds what no history knows', () => {
    const story = goodStory();
    story.runs[0]!.text = story.runs[0]!.text.replace('med_1', '');
    expect(said(story)).toEqual(['no history of acme knows media.created med_1']);
  });

  it('finds what belongs to nobody', () => {
    const story = goodStory();
    const stray = story.effect(story.ask(5, 'POST', '/v1/projects'), 'project.created', 'prj_2');
    stray.customerExternalId = 'somebody-else';
    expect(said(story)).toEqual(['project.created prj_2 belongs to no onboarding of this run']);
  });

  it('finds a job that still runs, and one that outlived its onboarding', () => {
    const running = goodStory();
    running.ledger.splice(
      running.ledger.findIndex((entry) => entry.type === 'effect' && entry.effect === 'job.completed'),
      1,
    );
    expect(found(running)).toEqual(['no orphan effects']);
    const late = goodStory();
    late.runs[0]!.closedAt = ms(4.5);
    expect(said(late)).toEqual(['the job job_1 (content_generate) went on after its onboarding had ended']);
  });

  it('finds a post that an ended onboarding does not want', () => {
    const story = goodStory();
    story.runs[0]!.result = result({ scheduledPosts: [] });
    expect(found(story)).toContain('no orphan effects');
  });
});

describe('one outcome each', () => {
  it.each([
    [
      'never ended',
      (story: Story) => Object.assign(story.runs[0]!, { ending: 'running', closedAt: null, result: null }),
    ],
    [
      'ended in another way',
      (story: Story) => Object.assign(story.runs[0]!, { result: result({ outcome: 'rejected' }) }),
    ],
    ['never ran', (story: Story) => story.runs.splice(0)],
    ['ran twice', (story: Story) => story.run({ result: result({}) })],
    ['has no living post', (story: Story) => story.effect(12, 'post.canceled', 'sp_1')],
    [
      'posts something else',
      (story: Story) => Object.assign(story.runs[0]!, { result: result({ containerId: 'cnt_9' }) }),
    ],
  ])('finds an onboarding that %s', (_, spoil) => {
    const story = goodStory();
    spoil(story);
    expect(found(story)).toContain('one outcome each');
  });

  it('counts a run that was reset and the one after it as one', () => {
    const story = goodStory();
    story.runs.unshift({ ...story.runs[0]!, runId: 'run-0', ending: 'terminated', result: null, closedAt: ms(3) });
    expect(found(story)).toContain('one outcome each');
    story.resets.push({ customer: 'acme', runId: 'run-0', at: ms(3) });
    expect(found(story)).toEqual([]);
  });
});

describe('same key, same body', () => {
  it('finds a key that stands for two bodies', () => {
    const story = goodStory();
    story.ask(3, 'POST', '/v1/projects/prj_1/app-media', { bodyHash: 'another body' });
    expect(said(story)).toEqual(['the key key of /v1/projects/prj_1/app-media stands for two different requests']);
  });

  it('finds a request that goes by two keys, though the first may have taken effect', () => {
    const story = goodStory();
    story.ask(3, 'POST', '/v1/projects/prj_1/app-media', { idempotencyKey: 'another key' });
    expect(found(story)).toEqual(['same key, same body']);
  });

  it.each([
    [422, 'VALIDATION', []],
    [401, 'UNAUTHENTICATED', ['same key, same body']],
    [403, 'FORBIDDEN_SCOPE', ['same key, same body']],
    [500, 'INTERNAL', ['same key, same body']],
  ])('after %i %s another key is judged', (status, code, expected) => {
    const story = goodStory();
    const path = '/v1/projects/prj_1/social/something';
    story.ask(3, 'POST', path, { idempotencyKey: 'first', status, code });
    story.ask(4, 'POST', path, { idempotencyKey: 'second' });
    expect(found(story)).toEqual(expected);
  });

  it('lets every consent have a key of its own', () => {
    const story = goodStory();
    for (const idempotencyKey of ['first', 'second'])
      story.ask(3, 'POST', '/v1/projects/prj_1/social/oauth-url', { idempotencyKey });
    expect(found(story)).toEqual([]);
  });
});

describe('no call before Retry-After', () => {
  const refused = (retryAfter: string | null, again: number, status = 429): Story => {
    const story = goodStory();
    const path = '/v1/content/cnt_1/schedule';
    story.ask(10.5, 'POST', path, { status, code: 'RATE_LIMITED', retryAfter });
    story.ask(10.5 + again, 'POST', path);
    story.ledger.splice(0, 0, ...story.ledger.splice(-2)); // before the schedule of the good story, which comes later
    story.approvals.push({ customer: 'acme', containerId: 'cnt_1', at: ms(10) });
    for (const entry of story.ledger)
      if (entry.type === 'request' && entry.path === path && entry.at === at(11)) entry.at = at(60);
    return story;
  };

  it.each([
    ['2', 1.9, 1],
    ['2', 2.1, 0],
    ['0', 0.2, 0],
    [null, 29, 1],
    [null, 30.1, 0],
    [new Date(ms(20)).toUTCString(), 5, 1],
    [new Date(ms(20)).toUTCString(), 10, 0],
  ])('Retry-After %s, again after %d s: %i violations', (retryAfter, again, expected) => {
    expect(found(refused(retryAfter, again)).filter((one) => one === 'no call before Retry-After')).toHaveLength(
      expected,
    );
  });

  it('does not hold for an answer that its worker took with it, and holds for one before', () => {
    const killed = (seconds: number): string[] => {
      const story = refused('2', 1);
      story.strikes.push({ kind: 'worker killed', from: ms(seconds), to: ms(seconds + 0.3) });
      return found(story).filter((one) => one === 'no call before Retry-After');
    };
    expect(killed(10.6)).toEqual([]);
    expect(killed(10.9)).toHaveLength(1);
  });

  it('holds for a 503 that names a time, and not for one that does not', () => {
    expect(found(refused('5', 1, 503))).toContain('no call before Retry-After');
    expect(found(refused(null, 1, 503))).not.toContain('no call before Retry-After');
  });

  it('holds for a read, by what it asks', () => {
    const story = goodStory();
    story.ask(5, 'GET', '/v1/jobs/job_1', { status: 429, retryAfter: '10' });
    story.ask(6, 'GET', '/v1/jobs/job_2');
    expect(found(story)).toEqual([]);
    story.ask(7, 'GET', '/v1/jobs/job_1');
    expect(said(story)).toEqual(['GET /v1/jobs/job_1 came 8010 ms too early']);
  });
});

describe('no bucket over its limit', () => {
  const burst = (count: number, everySeconds: number): Story => {
    const story = goodStory();
    story.limits['read-light'] = 10;
    for (let index = 0; index < count; index++) story.ask(100 + index * everySeconds, 'GET', `/v1/jobs/job_${index}`);
    return story;
  };

  it('finds eleven within a minute where ten are allowed, wherever the minute begins', () => {
    expect(said(burst(11, 5.9))).toEqual(['read-light of key_1: 11 requests within 60 s, allowed are 10']);
  });

  it('lets eleven within a little more than a minute be', () => {
    expect(found(burst(11, 6.1))).toEqual([]);
  });

  it('counts each key by itself', () => {
    const story = burst(8, 1);
    for (let index = 0; index < 8; index++)
      story.ask(100 + index, 'GET', `/v1/jobs/job_${index}`, { apiKeyId: 'key_2' });
    expect(found(story)).toEqual([]);
  });
});

describe('order kept', () => {
  it('finds a schedule call that nobody approved', () => {
    const story = goodStory();
    story.approvals.splice(0);
    expect(said(story)).toEqual(['cnt_1 was scheduled without approval']);
  });

  it('finds one that came before its approval, or after the approval of something else', () => {
    const early = goodStory();
    Object.assign(early.approvals[0]!, { at: ms(11.5) });
    expect(found(early)).toEqual(['order kept']);
    const other = goodStory();
    Object.assign(other.approvals[0]!, { containerId: 'cnt_2' });
    expect(found(other)).toEqual(['order kept']);
  });

  it('does not let an approval outlive a reset', () => {
    const story = goodStory();
    story.resets.push({ customer: 'acme', runId: 'run-0', at: ms(10.5) });
    expect(found(story)).toEqual(['order kept']);
  });

  it('does not let an approval outlive its run: a second one asks anew', () => {
    const scheduledAgain = (approvedAgain: boolean): string[] => {
      const story = cancelledStory();
      story.plan = { ...story.plan, again: true };
      if (approvedAgain) story.approvals.push({ customer: 'acme', containerId: 'cnt_1', at: ms(35) });
      const again = story.ask(40, 'POST', '/v1/content/cnt_1/schedule', { idempotencyKey: 'another key' });
      story.effect(again, 'post.created', 'sp_2', POST);
      const [post] = result({}).scheduledPosts;
      story.run({ startedAt: ms(30), result: result({ scheduledPosts: [{ ...post!, scheduledPostId: 'sp_2' }] }) });
      return said(story);
    };
    expect(scheduledAgain(true)).toEqual([]);
    expect(scheduledAgain(false)).toEqual(['cnt_1 was scheduled without approval']);
  });

  it('finds content with a persona that was not ready', () => {
    const story = goodStory();
    for (const entry of story.ledger)
      if (entry.type === 'effect' && entry.effect === 'influencer.ready') entry.at = at(5);
    expect(said(story)).toEqual(['cnt_1 was begun before its persona was ready']);
  });

  it('lets a cancel clean up', () => {
    expect(found(cancelledStory())).toEqual([]);
  });

  it('finds a write after a cancel, unless it was under way then', () => {
    const story = cancelledStory();
    story.ask(22, 'POST', '/v1/content/cnt_1/approve');
    expect(said(story)).toEqual(['POST /v1/content/cnt_1/approve after the stop']);
    story.runs[0]!.calls.push({
      name: 'approveContent',
      key: 'key of /v1/content/cnt_1/approve',
      dueAt: ms(19),
      startedAt: ms(22),
      attempt: 2,
      closedAt: ms(22),
      completed: true,
    });
    expect(found(story)).toEqual([]);
  });
});

it('passes on what does not replay', () => {
  const story = goodStory();
  story.replayFailures.push({ workflowId: 'onboard-acme', runId: 'run-1', reason: 'another command was expected' });
  expect(found(story)).toEqual(['every history replays']);
});

describe('no secret in any history or log', () => {
  it('finds one, and does not repeat it', () => {
    const story = goodStory();
    story.texts.push({ name: 'worker.log', text: 'sent with lp_test_secret_key as it should not be told' });
    know(story, 'Bearer lp_test_secret_key');
    const violations = audit(story.evidence());
    expect(violations.map(({ invariant }) => invariant)).toEqual(Array(2).fill('no secret in any history or log'));
    expect(JSON.stringify(violations)).not.toContain('lp_test_secret_key');
  });
});
