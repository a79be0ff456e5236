import type { WorkflowHandle } from '@temporalio/client';
import { authorizeSocial, decideReview, layersEvent } from '../../src/contract/messages';
import type { OnboardingInput } from '../../src/contract/input';
import {
  consent,
  effects,
  requests,
  underReview,
  until,
  untilStatus,
  withStack,
  type Stack,
  WITHIN_MS,
} from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';
import { forkWorker, type KillableWorker } from '../support/killableWorker';
import { steer } from '../support/steering';

/** Requests that the sandbox holds back after their effect, so that the kill finds them in flight. */
const IN_FLIGHT: Record<string, { method: string; path: string }> = {
  'the look for the project': { method: 'GET', path: '/v1/projects$' },
  'the create': { method: 'POST', path: '/v1/projects$' },
  'an upload': { method: 'POST', path: '/app-media$' },
  'the look at the influencer': { method: 'GET', path: '/influencers$' },
  'the look at the keywords': { method: 'GET', path: '/keywords$' },
  'the look at the consent': { method: 'GET', path: '/oauth-status' },
  'the remix call': { method: 'POST', path: '/slideshow-remix$' },
  'the look at the job': { method: 'GET', path: '/jobs/' },
  'the schedule call': { method: 'POST', path: '/schedule$' },
};
const HOLD_MS = 12_000;

interface Onboarding {
  moment: string;
  input: OnboardingInput;
  handle: WorkflowHandle;
}

/** One kill hits every onboarding at another moment. The sandbox's ledger says what happened to the outside world. */
describe('kill -9 of the only worker', () => {
  const workers: KillableWorker[] = [];
  afterAll(() => Promise.all(workers.map((worker) => worker.kill())));
  const stack = withStack({ worker: false });

  it('kill -9 of the only worker loses nothing and does nothing twice, whatever was in flight', async () => {
    const first = await forkWorker(stack);
    workers.push(first);
    const onboardings = await Promise.all([...Object.keys(IN_FLIGHT), 'review'].map((moment) => begin(stack, moment)));
    const consents = Promise.all(onboardings.map((onboarding) => connectInTime(onboarding)));
    consents.catch(() => undefined);
    await Promise.all(onboardings.map((onboarding) => reached(stack, onboarding)));
    await first.kill();
    workers.push(await forkWorker(stack));
    await consents;
    const results = await Promise.all(
      onboardings.map(async ({ moment, handle }) => {
        if (moment !== 'the schedule call') await approveInTime(handle);
        return handle.result();
      }),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(onboardings.map(() => 'scheduled'));
    for (const { moment, input } of onboardings) {
      const customer = input.project.customerExternalId;
      const count = (effect: string): number => effects(stack.sandbox, effect, customer).length;
      expect({
        moment,
        projects: count('project.created'),
        media: count('media.created'),
        remixes: count('content.created'),
        posts: count('post.created'),
        cancelled: count('post.canceled'),
      }).toEqual({ moment, projects: 1, media: 3, remixes: 1, posts: 1, cancelled: 0 });
    }
  }, 180_000);
});

async function begin(stack: Stack, moment: string): Promise<Onboarding> {
  const input = acmeCoffee({ social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: nextWeek() } });
  const held = IN_FLIGHT[moment];
  if (held !== undefined) {
    // The status of a consent names no project, so the first look at any consent is taken.
    const one =
      moment === 'the look at the consent' ? {} : { customerExternalId: `^${input.project.customerExternalId}$` };
    const rule = {
      id: moment,
      match: { ...held, ...one },
      times: 1,
      action: { kind: 'delay', ms: HOLD_MS, when: 'after' },
    };
    await steer(stack.sandbox, 'POST', '/faults', rule);
  }
  return { moment, input, handle: await stack.start(input) };
}

/** The customer asks until there is a page; with one update id, so that what a kill interrupts is not asked for twice. */
async function connectInTime({ handle }: Onboarding): Promise<void> {
  const { authorizeUrl } = await until(
    () => handle.executeUpdate(authorizeSocial, { args: [{}], updateId: 'consent' }),
    WITHIN_MS,
    'the consent page',
  );
  await consent(authorizeUrl);
  await handle.signal(layersEvent, { id: `evt_${handle.workflowId}`, type: 'social_account.connected', data: {} });
}

/** The onboarding is where the kill is to hit it: its request is in flight, or it waits for a reviewer. */
async function reached({ sandbox }: Stack, { moment, input, handle }: Onboarding): Promise<void> {
  const held = IN_FLIGHT[moment];
  if (held === undefined) return void (await untilStatus(handle, underReview));
  if (moment === 'the schedule call') await approveInTime(handle);
  await until(
    async () =>
      requests(sandbox, held.method, new RegExp(held.path)).some(({ faults }) => faults.includes(`${moment}:delay`)),
    WITHIN_MS,
    `${moment} of ${input.project.customerExternalId}`,
  );
}

/** The reviewer approves, as often as it takes. */
async function approveInTime(handle: WorkflowHandle): Promise<void> {
  await until(
    async () => {
      await untilStatus(handle, underReview);
      const args = { decision: 'approve' as const, reviewer: 'maria', revision: 0 };
      return handle.executeUpdate(decideReview, { args: [args], updateId: 'review-0-maria' });
    },
    WITHIN_MS,
    'the approval',
  );
}
