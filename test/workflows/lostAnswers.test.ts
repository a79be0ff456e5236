import type { Rule } from '../../src/sandbox';
import { effects, openStack, requests, until, withStack } from '../support/environment';
import { acmeCoffee, FAST_WAITS } from '../support/inputs';
import { retry } from '../support/people';
import { statusOf, stepOf, untilBlocked, untilReview } from '../support/status';
import { bend, customerOf, partner, quickest, stopFault } from '../support/steering';

const REMIX = { method: 'POST', path: '/slideshow-remix$' };
const TOP_UP = { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED' } as const;

/** What a request did is known from its own answer alone: neither a later refusal nor an old one tells. */
describe('a write whose answer was lost', () => {
  const stack = withStack();

  it.concurrent.each<[string, Rule['action']]>([
    ['a refusal of Layers', { ...TOP_UP, store: 'none' }],
    ['a page of a proxy', { kind: 'html', status: 403 }],
  ])('a write whose answer was lost is looked for, though the next try met %s', async (_, action) => {
    const input = quickest();
    const id = `later-${customerOf(input)}`;
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'close', when: 'after' } },
      { id, match: REMIX, after: 1, action },
    );
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content');
    await stopFault(stack.sandbox, id);
    await retry(handle, 'content');
    await untilReview(handle);
    expect(effects(stack.sandbox, 'content.created', customerOf(input))).toHaveLength(1);
    await handle.cancel();
  });

  it.concurrent(
    'a write whose answer was lost is looked for, though an operator has made Temporal count its tries from one again',
    async () => {
      const input = quickest();
      await bend(
        stack.sandbox,
        customerOf(input),
        { match: REMIX, times: 1, action: { kind: 'close', when: 'after', store: 'none' } },
        { match: REMIX, after: 1, times: 1, action: { kind: 'rate-limit', retryAfter: 60 } },
        { match: REMIX, after: 2, times: 1, action: { ...TOP_UP, store: 'none' } },
      );
      const handle = await stack.start(input);
      const pausing = async () => {
        const [call] = (await handle.describe()).raw.pendingActivities ?? [];
        return call?.attempt === 3 && call;
      };
      const { activityId } = await until(pausing);
      await stack.client.workflowService.resetActivity({
        namespace: 'default',
        execution: { workflowId: handle.workflowId },
        identity: 'omar',
        id: activityId,
        resetHeartbeat: true,
      });
      await untilBlocked(handle, 'content', 'BILLING_EXHAUSTED');
      await retry(handle, 'content');
      await untilReview(handle);
      expect(effects(stack.sandbox, 'content.created', customerOf(input))).toHaveLength(1);
      await handle.cancel();
    },
  );

  it.concurrent('a write that never landed is sent again with one retry, though the refusal was stored', async () => {
    const input = quickest();
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: REMIX, times: 1, action: { kind: 'close', when: 'before' } },
      { match: REMIX, after: 1, times: 1, action: { ...TOP_UP, store: 'fault' } },
    );
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content', 'BILLING_EXHAUSTED');
    await retry(handle, 'content');
    await untilReview(handle);
    expect(effects(stack.sandbox, 'content.created', customerOf(input))).toHaveLength(1);
    await handle.cancel();
  });
});

describe('an answer that was read', () => {
  it('an answer that was read is not asked for again after its key has died', async () => {
    const stack = await openStack({ sandbox: { replay: { windowMs: 500 } } });
    try {
      const influencer = { earliest: '100ms', typical: '300ms', deadline: '1s' };
      const input = quickest({
        influencer: { create: { gender: 'female' } },
        policy: { waits: { ...FAST_WAITS, influencer } },
      });
      const match = { method: 'POST', path: '/influencers$' };
      await bend(stack.sandbox, customerOf(input), { match, action: { kind: 'job', durationMs: 1_500 } });
      const handle = await stack.start(input);
      await untilBlocked(handle, 'influencer', 'DeadlinePassed');
      await retry(handle, 'influencer');
      await untilReview(handle);
      expect(requests(stack.sandbox, 'POST', /influencers$/)).toHaveLength(1);
      await handle.cancel();
    } finally {
      await stack.close();
    }
  });
});

describe('a second run', () => {
  const stack = withStack();

  it.concurrent('a second run is not blocked by a refusal that the first one met', async () => {
    const input = quickest();
    await bend(stack.sandbox, customerOf(input), { match: REMIX, times: 1, action: { ...TOP_UP, store: 'fault' } });
    const first = await stack.start(input);
    await untilBlocked(first, 'content', 'BILLING_EXHAUSTED');
    await first.cancel();
    await first.result().catch(() => undefined);
    const second = await stack.start(input);
    await untilReview(second);
    expect((await statusOf(second)).blocked).toEqual([]);
    await second.cancel();
  });

  it.concurrent('a second run uploads again what was deleted at Layers meanwhile', async () => {
    const input = quickest({ appMedia: [acmeCoffee().appMedia![0]!] });
    const first = await stack.start(input);
    await untilReview(first);
    await first.cancel();
    await first.result().catch(() => undefined);
    const [logo] = effects(stack.sandbox, 'media.created', customerOf(input));
    await partner(stack.sandbox, 'DELETE', `/v1/projects/${logo!.projectId}/app-media/${logo!.id}`);
    const second = await stack.start(input);
    expect(stepOf(await untilReview(second), 'media')).toMatchObject({ state: 'done', fact: 'logo' });
    const living = Object.values(stack.sandbox.state.media).filter(
      ({ projectId, deletedAt }) => projectId === logo!.projectId && deletedAt === null,
    );
    expect(living).toHaveLength(1);
    await second.cancel();
  });
});

it('a project that Layers dates a moment before the start is still this onboarding’s own', async () => {
  const stack = await openStack({ sandbox: { now: () => Date.now() - 1_000 } });
  try {
    const input = quickest({ policy: { waits: FAST_WAITS, onCancel: 'archive' } });
    const handle = await stack.start(input);
    await untilReview(handle);
    await handle.cancel();
    await handle.result().catch(() => undefined);
    expect(effects(stack.sandbox, 'project.archived', customerOf(input))).toHaveLength(1);
  } finally {
    await stack.close();
  }
});
