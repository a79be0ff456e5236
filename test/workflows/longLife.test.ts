import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { CUSTOMER_RETURNED, decideReview, layersEvent, type LayersEvent } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import { effects, openStack, requests, until, type Stack } from '../support/environment';
import { FAST_WAITS, nextWeek } from '../support/inputs';
import { approve, askForChanges, connect } from '../support/people';
import { failureOf, statusOf, untilReview, untilStep } from '../support/status';
import {
  accountToCome,
  bend,
  customerOf,
  OTHER_SOURCE,
  quickest,
  skipTime,
  SOURCE,
  stopFault,
  toConnect,
} from '../support/steering';

/**
 * What part of a year is lived through, and of each flood: all of it takes half an hour
 * (`LONG_LIFE=1 npx jest longLife`), and this much shows that it goes on as it has begun.
 */
const PART = Number(process.env.LONG_LIFE ?? 0.01);
const DAYS = Math.ceil(365 * PART);
const times = (count: number): number => Math.ceil(count * PART);

/** Temporal ends a run with 51,200 events, and takes no more than 10,000 signals and 2,000 updates. */
const MOST_EVENTS = 51_200;

/** An onboarding can wait for a year in any state, and take any number of messages. */
describe('an onboarding that lives long', () => {
  let stack: Stack;
  let told = 0;
  beforeAll(async () => {
    stack = await openStack({ notifier: { notify: () => Promise.resolve(void told++) } });
  });
  afterAll(() => stack?.close());

  const untilFound = ({ workflowId }: WorkflowHandle, query: string): Promise<unknown> =>
    until(async () => {
      for await (const found of stack.client.workflow.list({ query })) if (found.workflowId === workflowId) return true;
      return false;
    });

  const upserts = async (handle: WorkflowHandle) =>
    ((await handle.fetchHistory()).events ?? []).flatMap(
      ({ upsertWorkflowSearchAttributesEventAttributes: upsert }) => upsert ?? [],
    );

  /** Lets the time pass day by day, so that each wait for it is short. */
  async function liveThrough(handle: WorkflowHandle, hours: number): Promise<void> {
    for (let left = hours; left > 0; left -= 24) await skipTime(stack, handle, `${Math.min(left, 24)} hours`);
  }

  /** Every run of it has stayed far below what Temporal takes. Says what was measured. */
  async function expectBounded(what: string, { workflowId }: WorkflowHandle): Promise<void> {
    const events: number[] = [];
    for await (const { runId } of stack.client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
      events.push((await stack.client.workflow.getHandle(workflowId, runId).describe()).historyLength);
    const most = Math.max(...events);
    const all = events.reduce((sum, count) => sum + count, 0);
    process.stdout.write(`${what}: ${events.length} runs, ${all} events, at most ${most} in one\n`);
    expect(most).toBeLessThan(MOST_EVENTS / 2);
  }

  it(`a hundred media that a revoked key has blocked for ${DAYS} days are uploaded once it works again`, async () => {
    const appMedia = Array.from({ length: 100 }, (_, index) => ({
      kind: 'screenshot' as const,
      url: `https://cdn.acmecoffee.com/${index}.png`,
    }));
    const input = quickest({ appMedia });
    const id = `revoked-${customerOf(input)}`;
    await bend(stack.sandbox, customerOf(input), {
      id,
      match: { method: 'POST', path: '/app-media$' },
      action: { kind: 'answer', status: 401, code: 'UNAUTHENTICATED', store: 'none' },
    });
    const handle = await stack.start(input);
    await until(async () => (await statusOf(handle)).blocked.length === 100);
    const uploads = (): number => requests(stack.sandbox, 'POST', /app-media$/).length;
    const before = uploads();
    await liveThrough(handle, 24 * DAYS);
    expect((await statusOf(handle)).blocked).toHaveLength(100);
    // One tries for all, every hour.
    expect(uploads() - before).toBeLessThanOrEqual(24 * DAYS + 10);
    await stopFault(stack.sandbox, id);
    await skipTime(stack, handle, '61 minutes');
    await untilReview(handle);
    expect(effects(stack.sandbox, 'media.created', customerOf(input))).toHaveLength(100);
    await approve(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'ready' });
    await expectBounded(`100 media blocked for ${DAYS} days`, handle);
  }, 7_200_000);

  it('a reviewer is reminded as often as an input may ask for, and can still decide at the end', async () => {
    const reminders = times(500);
    const review = {
      required: true,
      deadline: `${DAYS} days`,
      remindEvery: `${Math.ceil((DAYS * 24) / reminders)} hours`,
    };
    const handle = await stack.start(quickest({ review }));
    await untilReview(handle);
    const before = told;
    await liveThrough(handle, 24 * DAYS - 2);
    expect(told - before).toBeGreaterThan(reminders / 2);
    await approve(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'ready', review: { decision: 'approve' } });
    await expectBounded(`${told - before} reminders`, handle);
  }, 7_200_000);

  it(`${times(20_000)} webhooks and ${times(20_000)} returns leave room for the customer and for the decision`, async () => {
    const input = toConnect({ policy: { waits: { ...FAST_WAITS, social: { deadline: '14 days' } } } });
    const handle = await stack.start({ ...input, schedule: { at: nextWeek() } });
    await untilStep(handle, 'social', 'waiting');
    await untilReview(handle);
    const { containerId } = (await statusOf(handle)).ids;
    const send = async (count: number, event: () => Omit<LayersEvent, 'id'>): Promise<void> => {
      for (let sent = 0; sent < count;) {
        const batch = Math.min(50, count - sent);
        const taken = await Promise.allSettled(
          Array.from({ length: batch }, () => handle.signal(layersEvent, { id: randomUUID(), ...event() })),
        );
        sent += taken.filter(({ status }) => status === 'fulfilled').length;
      }
    };
    const looks = (): number => requests(stack.sandbox, 'GET', /oauth|social-accounts/).length;
    await send(times(20_000), () => ({ type: 'content.viewed', data: { containerId } }));
    const before = looks();
    await send(times(20_000), () => ({ type: CUSTOMER_RETURNED, data: {} }));
    expect(looks() - before).toBeLessThan(60);
    await until(() => connect(handle).then(() => true));
    await untilStep(handle, 'social', 'done');
    await approve(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    await expectBounded(`${times(20_000)} webhooks and as many returns`, handle);
  }, 7_200_000);

  it(`${times(5_000)} decisions that nobody may take leave the decision to whoever may`, async () => {
    const handle = await stack.start(quickest({ schedule: { at: nextWeek() }, social: toConnect().social! }));
    await untilReview(handle);
    const wrong = { decision: 'approve', reviewer: 'mallory', revision: 0, scheduleAt: 'never' } as const;
    for (let sent = 0; sent < times(5_000); sent += 20)
      await Promise.all(
        Array.from({ length: 20 }, () => failureOf(handle.executeUpdate(decideReview, { args: [wrong] }))),
      );
    await approve(handle);
    await connect(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled', review: { reviewer: 'maria' } });
    await expectBounded(`${times(5_000)} wrong decisions`, handle);
  }, 7_200_000);

  it('fifty accounts, two of them connected by the customer, and three rounds fit into what Temporal can search', async () => {
    const input = quickest({ schedule: { at: nextWeek() } });
    const customer = customerOf(input);
    const named: string[] = [];
    while (named.length < 48) named.push(await accountToCome(stack.sandbox, customer));
    const platforms = ['tiktok', 'instagram'] as const;
    const social = { socialAccountIds: named, connect: platforms.map((platform) => ({ platform })) };
    const handle = await stack.start({ ...input, social });
    for (const platform of platforms) await connect(handle, { platform });
    for (const revision of [0, 1]) {
      await untilReview(handle, revision);
      const { containerId, jobId } = (await statusOf(handle)).ids;
      await untilFound(handle, `${SEARCH_ATTRIBUTES.refs.name} IN ('${jobId}', '${containerId}')`);
      await askForChanges(handle, revision, { source: { tiktokVideoId: revision === 0 ? OTHER_SOURCE : SOURCE } });
    }
    await approve(handle, 2);
    const { outcome, scheduledPosts } = await handle.result();
    expect(outcome).toBe('scheduled');
    expect(
      new Set(scheduledPosts.map(({ socialAccountId }: { socialAccountId: string }) => socialAccountId)).size,
    ).toBe(50);
    for (const { searchAttributes } of await upserts(handle))
      for (const { data } of Object.values(searchAttributes?.indexedFields ?? {}))
        expect(data?.length ?? 0).toBeLessThan(2_048);
    await untilFound(handle, `${SEARCH_ATTRIBUTES.refs.name} = '${(await statusOf(handle)).ids.containerId}'`);
  });
});
