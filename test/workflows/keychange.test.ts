import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { OnboardingInput } from '../../src/contract/input';
import type { OnboardingWorker } from '../../src/worker';
import { consent, effects, until, withStack } from '../support/environment';
import { acmeCoffee } from '../support/inputs';
import { approve, authorize, connectedEvent, retry } from '../support/people';
import { untilBlocked, untilReview, untilStep } from '../support/status';
import { bend, customerOf, quickest, toConnect, withAccounts } from '../support/steering';

const ONE = 'lp_test_suite_1';
const TWO = 'lp_test_suite_2';
const LIVE = 'lp_live_suite_1';

/**
 * Layers remembers idempotency keys per API key, so after a rotation a repeated write would be a second one: the flow
 * looks before it creates. A key of the other mode is another world, and touches nothing.
 */
describe('a worker with another API key', () => {
  const organizationId = 'org_suite';
  const keys = [
    { key: ONE, apiKeyId: 'key_one', organizationId },
    { key: TWO, apiKeyId: 'key_two', organizationId },
    { key: LIVE, apiKeyId: 'key_live', organizationId },
  ];
  const stack = withStack({ worker: false, sandbox: { keys } });
  let worker: OnboardingWorker;
  beforeAll(async () => {
    worker = await stack.startWorker({ apiKey: ONE });
  });

  async function changeTo(apiKey: string): Promise<void> {
    await worker.shutdown();
    worker = await stack.startWorker({ apiKey });
  }

  const sentBy = (apiKeyId: string) =>
    stack.sandbox.ledger().flatMap((entry) => (entry.type === 'request' && entry.apiKeyId === apiKeyId ? [entry] : []));
  const times = (input: OnboardingInput, effect: string): number =>
    effects(stack.sandbox, effect, customerOf(input)).length;

  it('a worker with another API key finds what the old one did without an answer, and does nothing twice', async () => {
    const writes = {
      project: '^/v1/projects$',
      media: '/app-media$',
      influencer: '/influencers$',
      remix: '/slideshow-remix$',
      schedule: '/schedule$',
    };
    const media = acmeCoffee().appMedia!;
    const inputs: Record<keyof typeof writes, OnboardingInput> = {
      project: quickest(),
      media: quickest({ appMedia: media }),
      influencer: quickest({ influencer: { create: {} } }),
      remix: quickest(),
      schedule: (await withAccounts(stack.sandbox, {}, { key: ONE })).input,
    };
    const stages = Object.keys(writes) as (keyof typeof writes)[];
    // With the old key the effect stands, but no answer ever comes.
    for (const stage of stages)
      await bend(stack.sandbox, customerOf(inputs[stage]), {
        id: `lost-${stage}`,
        match: { method: 'POST', path: writes[stage], apiKeyId: 'key_one' },
        action: { kind: 'close', when: 'after' },
      });
    const consenting = toConnect();
    const handles = await Promise.all(
      [...stages.map((stage) => inputs[stage]), consenting].map((input) => stack.start(input)),
    );
    const connecting = handles.at(-1)!;
    await untilStep(connecting, 'social', 'waiting');
    const { authorizeUrl } = await authorize(connecting);
    await approve(handles[stages.indexOf('schedule')]!);
    await until(async () =>
      stages.every((stage) =>
        sentBy('key_one').some(({ faults, wire }) => wire === 'closed' && faults.includes(`lost-${stage}:close`)),
      ),
    );

    await changeTo(TWO);
    // A consent belongs to the key that asked for it, so its account is found in the list.
    await consent(authorizeUrl);
    await connectedEvent(connecting);
    for (const handle of [...handles.slice(0, 4), connecting]) await approve(handle);
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'ready',
      'ready',
      'ready',
      'ready',
      'scheduled',
      'scheduled',
    ]);
    for (const input of [...Object.values(inputs), consenting]) {
      expect(times(input, 'project.created')).toBe(1);
      expect(times(input, 'media.created')).toBe(input.appMedia!.length);
      expect(times(input, 'content.created')).toBe(1);
      expect(times(input, 'post.created')).toBe(input.schedule === undefined ? 0 : 1);
    }
    // One that Layers makes by itself, and the one that was asked for.
    const influencers = effects(stack.sandbox, 'influencer.created', customerOf(inputs.influencer));
    expect(influencers.map(({ data }) => data!.automatic)).toEqual([true, false]);
    expect(results[stages.indexOf('influencer')].influencerId).toBe(influencers[1]!.id);
  });

  it('a worker with a key of the other mode blocks before anything is sent, and goes on with the right one', async () => {
    await changeTo(ONE);
    const { input } = await withAccounts(stack.sandbox, {}, { key: ONE });
    const handle = await stack.start(input);
    await untilReview(handle);
    await changeTo(LIVE);
    await approve(handle);
    const blocked = await untilBlocked(handle, 'schedule');
    expect(blocked).toMatchObject({
      code: 'WrongKeyMode',
      httpStatus: null,
      cause: 'The worker now holds a live key; this onboarding began with a sandbox key.',
      retryAt: expect.any(String),
    });
    expect(sentBy('key_live').map(({ path }) => path)).toEqual(['/v1/whoami']);

    // What it starts itself is live, and says so wherever it is listed.
    const live = await stack.start(quickest());
    expect((await untilStep(live, 'project', 'done')).mode).toBe('live');
    expect((await live.describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.mode)).toBe('live');
    await live.cancel();
    await live.result().catch(() => undefined);

    await changeTo(TWO);
    await retry(handle, 'schedule');
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    expect(times(input, 'post.created')).toBe(1);
  });
});
