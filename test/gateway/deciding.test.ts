import type { ReviewDecision } from '../../src/contract/result';
import { verifyLink, type Link } from '../../src/links';
import { hiddenFields, open, post, SECRET, tokenOf } from './support/browserless';
import { endedUpdate, NOW, refusedUpdate, REVIEW, silentUpdate, statusOf, WORKFLOW } from './support/fakeTemporal';
import { answer, approved, page, withReview } from './support/reviews';

/** What becomes of a decision that is posted, with the workflow answering as each test says. */

describe('a posted decision', () => {
  it('is one update to the run that was shown, whose id is the round and the form', async () => {
    const opened = open();
    opened.temporal.onUpdate = ({ args }) => approved(args as Partial<ReviewDecision>);
    const { status, headers } = await answer(opened, 'approve', { comment: ' Lovely. ' });
    expect(status).toBe(303);
    expect(headers.get('location')).toBe(tokenOf());
    expect(opened.temporal.updates).toEqual([
      {
        name: 'decideReview',
        runId: 'run-1',
        updateId: expect.stringMatching(/^review-0-[\w-]{16}$/),
        args: { decision: 'approve', reviewer: 'Maria', revision: 0, comment: 'Lovely.' },
      },
    ]);
  });

  it('has the same id however often its form is posted, and another for another page', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved();
    const form = hiddenFields(await page(opened, tokenOf(), '?do=approve'));
    await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Maria' });
    await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Maria' });
    await answer(opened, 'approve');
    const [first, again, other] = opened.temporal.updates.map(({ updateId }) => updateId);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('carries the chosen time', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved();
    const form = hiddenFields(await page(opened, tokenOf(), '?do=approve&at=2026-05-16T10:30'));
    await post(opened, `/r/${tokenOf()}`, { ...form, reviewer: 'Maria' });
    expect(opened.temporal.updates[0]!.args).toMatchObject({ decision: 'approve', scheduleAt: '2026-05-16T10:30' });
  });

  it('carries notes on slides, source and persona with a request for changes', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved({ decision: 'requestChanges' });
    await answer(opened, 'changes', {
      comment: 'Brighter, please.',
      'slide-0': '',
      'slide-1': 'Too dark',
      source: 'named',
      tiktok: 'https://www.tiktok.com/@barista/photo/7312345678901234567?lang=en',
      persona: 'new',
      gender: 'female',
      ageRange: '',
      prompt: 'a baker',
    });
    expect(opened.temporal.updates[0]!.args).toEqual({
      decision: 'requestChanges',
      reviewer: 'Maria',
      revision: 0,
      comment: 'Brighter, please.',
      source: { tiktokVideoId: '7312345678901234567' },
      influencer: { create: { gender: 'female', prompt: 'a baker' } },
      slides: [{ index: 1, note: 'Too dark' }],
    });
  });

  it('counts a line break once, as the browser did that let it be typed', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved({ decision: 'requestChanges' });
    const comment = `Brighter.${'\n'.repeat(1009)}Thanks`; // 1024 characters
    const sent = comment.replaceAll('\n', '\r\n');
    await answer(opened, 'changes', { comment: sent, 'slide-0': sent });
    expect(opened.temporal.updates[0]!.args).toMatchObject({ comment, slides: [{ index: 0, note: comment }] });
  });

  it('that asks for changes leads its sender, and nobody else, to the next round', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => approved({ decision: 'requestChanges' });
    const { status, headers } = await answer(opened, 'changes', { comment: 'Brighter' });
    expect(status).toBe(303);
    const next = verifyLink([SECRET], headers.get('location')!, NOW);
    expect(next).toMatchObject({ state: 'valid', link: { workflowId: WORKFLOW, scope: 'decide', revision: 1 } });
    // As long as the round takes, and a week more to tell how it ended.
    const roundMs = Date.parse(REVIEW.deadline) - Date.parse(REVIEW.since);
    expect((next as { link: Link }).link.expiresAt).toBe(NOW + roundMs + 7 * 86_400_000);
  });

  it.each([
    ['reject', {}, 'comment', 'Please tell why'],
    ['changes', {}, 'comment', 'Please tell what should change'],
    ['changes', { comment: 'x', source: 'keyword' }, 'keyword', 'Please give a word to search for'],
    [
      'changes',
      { comment: 'x', source: 'named', tiktok: 'https://youtu.be/1' },
      'tiktok',
      'address of a TikTok slideshow',
    ],
    ['approve', { reviewer: '   ' }, 'reviewer', 'Please tell your name'],
    ['reject', { comment: 'x'.repeat(1025) }, 'comment', 'Comment: at most 1024 characters'],
    ['changes', { comment: 'x', 'slide-1': 'x'.repeat(1025) }, 'slide-1', 'Slide 2: at most 1024 characters'],
    [
      'changes',
      { comment: 'x', persona: 'new', prompt: 'x'.repeat(61) },
      'prompt',
      'Persona, in a few words: at most 60 characters',
    ],
  ] as const)('%s %j is asked for what is missing, and keeps what was typed', async (decision, fields, field, said) => {
    const opened = open();
    const { status, text, html } = await answer(opened, decision, {
      ...fields,
      ...(decision === 'changes' ? { 'slide-0': 'kept note' } : {}),
    });
    expect(status).toBe(422);
    expect(text).toContain(said);
    expect(html).toContain(`id="${field}-problem"`);
    expect(html).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid="true"`));
    if (decision === 'changes') expect(text).toContain('kept note');
    expect(opened.temporal.updates).toEqual([]);
  });
});

describe('an answer that is not taken', () => {
  it.each([
    ['approve', {}],
    ['reject', { comment: 'no' }],
    ['changes', { comment: 'no' }],
  ] as const)('tells the loser (%s) who decided what', async (decision, fields) => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      withReview(opened.temporal, {
        decision: approved({ decision: 'reject', reviewer: 'Bob', comment: 'Off brand.' }),
      });
      throw refusedUpdate('AlreadyDecided', 'Bob has decided already: reject.');
    };
    const { status, text } = await answer(opened, decision, fields);
    expect(status).toBe(409);
    expect(text).toContain('Your answer was not taken. This was decided before it arrived: Rejected by Bob.');
    expect(text).toContain('Off brand.');
  });

  it('also when the decision of the winner has ended the onboarding, and no worker is left', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      opened.temporal.execution = 'COMPLETED';
      opened.temporal.change(null);
      opened.temporal.result = {
        outcome: 'rejected',
        projectId: 'prj_1',
        influencerId: 'inf_1',
        containerId: 'cnt_1',
        revision: 0,
        review: { decision: 'reject', reviewer: 'Bob', at: '2026-05-12T14:00:01Z', comment: 'Off brand.', earlier: [] },
        scheduledPosts: [],
        steps: statusOf().steps,
      };
      throw endedUpdate();
    };
    const { status, text } = await answer(opened, 'approve');
    expect(status).toBe(409);
    expect(text).toContain('This was decided before it arrived: Rejected by Bob.');
  });

  it('waits a moment for the one who is deciding just now', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      setTimeout(() => withReview(opened.temporal, { decision: approved({ reviewer: 'Bob' }) }), 300);
      throw refusedUpdate('AlreadyDecided', 'Somebody is deciding at this moment. Look again.', { revision: 0 });
    };
    expect((await answer(opened, 'approve')).text).toContain('Approved by Bob');
  });

  it('is told of the newer round', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      withReview(opened.temporal, {
        revision: 1,
        earlier: [approved({ decision: 'requestChanges', reviewer: 'Bob', comment: 'Brighter.' })],
      });
      throw refusedUpdate('StaleRevision', 'Revision 0 is not under review; the current one is 1.', { revision: 1 });
    };
    const { status, text } = await answer(opened, 'approve');
    expect(status).toBe(409);
    expect(text).toContain('A newer round has replaced this one');
    expect(text).toContain('Changes asked for by Bob');
  });

  it('is asked for another time when the time has passed meanwhile', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      throw refusedUpdate('InvalidTime', 'it has passed');
    };
    const { status, html, text } = await answer(opened, 'approve');
    expect(status).toBe(422);
    expect(text).toContain('Please choose a later one');
    expect(html).toContain('type="datetime-local"');
  });

  it('is told that the last round is reached', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      throw refusedUpdate('ActionNotAllowed', 'This is round 5 of 5', { maxRounds: 5 });
    };
    const { status, text } = await answer(opened, 'changes', { comment: 'once more' });
    expect(status).toBe(409);
    expect(text).toContain('This is the last round');
  });

  it('gets a new form, so that the next try is a new one, when the workflow found something wrong', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      const problems = [{ path: 'content.source.tiktokVideoId', message: 'is not known' }];
      throw refusedUpdate('InvalidMessage', 'no', { problems });
    };
    const before = hiddenFields(await page(opened, tokenOf(), '?do=changes'));
    const again = await post(opened, `/r/${tokenOf()}`, {
      ...before,
      reviewer: 'Maria',
      comment: 'Brighter',
      source: 'named',
      tiktok: '73',
    });
    expect(again.status).toBe(422);
    expect(again.html).toContain('id="tiktok-problem"');
    expect(hiddenFields(again)['form']).not.toBe(before['form']);
  });

  it.each([
    ['reviewer', 'reviewer'],
    ['comment', 'comment'],
    ['slides', 'comment'],
    ['content.source', 'tiktok'],
    ['content.source.tiktokVideoId', 'tiktok'],
    ['content.source.keyword', 'keyword'],
    ['influencer', 'prompt'],
    ['influencer.create.prompt', 'prompt'],
  ])('is told what the workflow found wrong with %s beside the field %s', async (path, field) => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      throw refusedUpdate('InvalidMessage', 'no', { problems: [{ path, message: 'is not as it must be' }] });
    };
    const { status, html } = await answer(opened, 'changes', { comment: 'Brighter' });
    expect(status).toBe(422);
    expect(html).toMatch(new RegExp(`id="${field}-problem">This is not as it must be.<`));
  });

  it('may still take effect when no worker answers: the same form again', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      throw silentUpdate();
    };
    const unsure = await answer(opened, 'reject', { comment: 'Off brand.' });
    expect(unsure.status).toBe(503);
    expect(unsure.text).toContain('It may still take effect');
    opened.temporal.onUpdate = () => approved({ decision: 'reject' });
    const sure = await post(opened, `/r/${tokenOf()}`, hiddenFields(unsure));
    expect(sure.status).toBe(303);
    const [first, second] = opened.temporal.updates;
    expect(second).toEqual(first);
  });

  it('stands as it was given first, when somebody goes back and answers differently with the same form', async () => {
    const opened = open();
    opened.temporal.onUpdate = () => {
      withReview(opened.temporal, { decision: approved() });
      return approved();
    };
    const { form } = hiddenFields(await page(opened, tokenOf(), '?do=approve'));
    await post(opened, `/r/${tokenOf()}`, { form: form!, decision: 'approve', reviewer: 'Maria' });
    const changed = await post(opened, `/r/${tokenOf()}`, {
      form: form!,
      decision: 'reject',
      reviewer: 'Maria',
      comment: 'no',
    });
    expect(changed.status).toBe(409);
    expect(changed.text).toContain('Approved by Maria');
  });
});
