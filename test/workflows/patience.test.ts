import type { WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../../src/contract/input';
import type { EffectEntry } from '../../src/sandbox';
import { requests, until, withStack, type Stack } from '../support/environment';
import { acmeCoffee } from '../support/inputs';
import { approve } from '../support/people';
import { bend, customerOf, quickest, skipTime, withAccounts } from '../support/steering';

const ENDED = 'Layers asked not to be called before';

interface Case {
  step: string;
  input: (stack: Stack) => Promise<OnboardingInput>;
  path: string;
  /** How the call's effect is found again. */
  look: RegExp;
  isEffect: (entry: EffectEntry) => boolean;
}

/** Every create of the flow. */
const CASES: Case[] = [
  {
    step: 'project',
    input: async () => quickest(),
    path: '^/v1/projects$',
    look: /^\/v1\/projects$/,
    isEffect: ({ effect }) => effect === 'project.created',
  },
  {
    step: 'media',
    input: async () => quickest({ appMedia: [acmeCoffee().appMedia![1]!] }),
    path: '/app-media$',
    look: /\/app-media$/,
    isEffect: ({ effect }) => effect === 'media.created',
  },
  {
    step: 'influencer',
    input: async () => quickest({ influencer: { create: { gender: 'female' } } }),
    path: '/influencers$',
    look: /\/influencers$/,
    isEffect: ({ effect, data }) =>
      effect === 'job.started' && data!.kind === 'influencer_create' && data!.hidden !== true,
  },
  {
    step: 'content',
    input: async () => quickest(),
    path: '/slideshow-remix$',
    look: /^\/v1\/projects\/[^/]+\/content$/,
    isEffect: ({ effect }) => effect === 'content.created',
  },
  {
    step: 'schedule',
    input: async ({ sandbox }) => (await withAccounts(sandbox)).input,
    path: '/schedule$',
    look: /\/scheduled-posts$/,
    isEffect: ({ effect }) => effect === 'post.created',
  },
];

/** A `Retry-After` that is longer than a write may take with all its retries. */
describe('an outage that outlasts the idempotency key', () => {
  const stack = withStack();

  const keepsAway = async (handle: WorkflowHandle): Promise<boolean> =>
    ((await handle.fetchHistory()).events ?? []).some(
      ({ timerStartedEventAttributes, userMetadata }) =>
        Number(timerStartedEventAttributes?.startToFireTimeout?.seconds ?? 0) >= 86_400 &&
        Buffer.from(userMetadata?.summary?.data ?? []).includes(ENDED),
    );

  it.each(CASES)(
    'an outage that outlasts the idempotency key is waited out by the step $step, which looks for the effect before it sends again',
    async ({ input: make, path, look, isEffect }) => {
      const { sandbox } = stack;
      const input = await make(stack);
      const customer = customerOf(input);
      const match = { method: 'POST', path };
      const away = { status: 503, headers: { 'Retry-After': '86400' } };
      await bend(
        sandbox,
        customer,
        { match, times: 1, action: { kind: 'close', when: 'after', store: 'none' } },
        { match, after: 1, times: 1, action: { kind: 'answer', ...away } },
      );
      const before = [requests(sandbox, 'POST', new RegExp(path)).length, requests(sandbox, 'GET', look).length];
      const since = (): number[] => [
        requests(sandbox, 'POST', new RegExp(path)).length - before[0]!,
        requests(sandbox, 'GET', look).length - before[1]!,
      ];
      const handle = await stack.start(input);
      if (input.schedule !== undefined) await approve(handle);
      await until(() => keepsAway(handle));
      const [sent, looked] = since();
      expect(sent).toBe(2);

      await skipTime(stack, handle, '27 hours');
      if (input.schedule === undefined) await approve(handle);
      expect(await handle.result()).toMatchObject({ outcome: input.schedule === undefined ? 'ready' : 'scheduled' });
      expect(since()[0]).toBe(2);
      expect(since()[1]).toBeGreaterThan(looked!);
      const made = sandbox
        .ledger()
        .filter((entry) => entry.type === 'effect' && entry.customerExternalId === customer && isEffect(entry));
      expect(made).toHaveLength(1);
    },
  );
});
