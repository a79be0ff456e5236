import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { viewOnboarding } from '../../src/client/view';
import { decideReview, layersEvent } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import { sendUpdate } from '../../src/gateway/onboardings/updates';
import { startDevServer, type DevServer } from '../../src/temporal/devServer';
import type { NotifyArgs } from '../../src/contract/notifications';
import { effects, openStack, requests, underReview, until, untilStatus, type Stack } from '../support/environment';
import { acmeCoffee, FAST_WAITS, nextWeek } from '../support/inputs';
import { approve, connect, resolve, skip } from '../support/people';
import { statusOf, untilBlocked, untilStep } from '../support/status';
import { bend, customerOf, quickest, stopFault } from '../support/steering';

/** So few that every onboarding is continued several times; a real server suggests it after 4,096 events. */
const EVENTS = 40;

/** A history that grows too long is continued in a new run, and no person, and nothing at Layers, notices. */
describe('an onboarding whose history is continued', () => {
  let server: DevServer;
  let stack: Stack;
  const told: NotifyArgs[] = [];
  beforeAll(async () => {
    server = await startDevServer({ headless: true, suggestContinueAsNewAt: EVENTS });
    const notify = (args: NotifyArgs): Promise<void> => Promise.resolve(void told.push(args));
    stack = await openStack({ temporalAddress: server.address, notifier: { notify } });
  });
  afterAll(async () => {
    await stack?.close();
    await server?.stop();
  });

  const runOf = async ({ workflowId }: WorkflowHandle): Promise<string> =>
    (await stack.client.workflow.getHandle(workflowId).describe()).runId;

  /** Sends harmless events until the history has been continued once more. */
  async function untilContinued(handle: WorkflowHandle): Promise<void> {
    const before = await runOf(handle);
    await until(async () => {
      const event = { id: `evt_${randomUUID()}`, type: 'content.viewed', data: { id: randomUUID() } };
      await handle.signal(layersEvent, event);
      return (await runOf(handle)) !== before;
    });
  }

  const attributesOf = async (handle: WorkflowHandle): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      (await handle.describe()).typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );

  const notificationsOf = ({ workflowId }: WorkflowHandle): string[] =>
    told.filter((args) => args.workflowId === workflowId).map(({ notification }) => notification.type);

  it.concurrent('ends as any other, with everything made once', async () => {
    const input = acmeCoffee({ social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: nextWeek() } });
    const handle = await stack.start(input);
    const first = await runOf(handle);
    await connect(handle);
    await untilStatus(handle, underReview);
    await untilContinued(handle);
    await approve(handle);
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'scheduled', scheduledPosts: [{ mode: 'publish' }] });
    expect(await runOf(handle)).not.toBe(first);
    const count = (effect: string): number => effects(stack.sandbox, effect, customerOf(input)).length;
    expect(count('project.created')).toBe(1);
    expect(count('media.created')).toBe(3);
    expect(count('content.created')).toBe(1);
    expect(count('post.created')).toBe(1);
    expect(result.steps.map(({ state }: { state: string }) => state)).toEqual(Array(10).fill('done'));
    const types = notificationsOf(handle);
    expect(types.filter((type) => type === 'review.requested')).toHaveLength(1);
    expect(types.filter((type) => type === 'connect.requested')).toHaveLength(1);
    // What links are made for: the onboarding, over all its runs.
    const firstRuns = told.filter(({ workflowId }) => workflowId === handle.workflowId).map((args) => args.firstRunId);
    expect(new Set(firstRuns)).toEqual(new Set([first]));
    expect((await viewOnboarding(stack.client, stack.client.workflow.getHandle(handle.workflowId))).firstRunId).toBe(
      first,
    );
  });

  it.concurrent('shows the same under review, and keeps its deadline', async () => {
    const input = quickest({ schedule: { at: nextWeek() }, social: { connect: [{ platform: 'tiktok' }] } });
    const handle = await stack.start(input);
    await untilStep(handle, 'social', 'waiting');
    const before = await untilStatus(handle, underReview);
    const attributesBefore = await attributesOf(handle);
    await untilContinued(handle);
    await untilContinued(handle);
    const after = await untilStatus(handle, underReview);
    expect(after).toMatchObject({
      stage: 'review',
      attention: 'reviewer',
      review: before.review,
      ids: before.ids,
      steps: before.steps,
      connect: before.connect,
    });
    expect(after.version).toBeGreaterThan(before.version);
    expect(await attributesOf(handle)).toEqual(attributesBefore);
    expect((await handle.describe()).memo).toHaveProperty('inputDigest');
    expect(notificationsOf(handle).toSorted()).toEqual(['connect.requested', 'review.requested']);
    await connect(handle);
    await approve(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
  });

  it.concurrent('leaves a blocked step blocked, and asks Layers nothing meanwhile', async () => {
    const input = acmeCoffee({
      appMedia: [{ kind: 'logo', url: 'https://cdn.acmecoffee.com/logo.png?status=404' }],
    });
    const handle = await stack.start(input);
    const before = await untilBlocked(handle, 'media');
    await untilStep(handle, 'keywords', 'done');
    const projectId = (await untilStep(handle, 'influencer', 'done')).ids.projectId!;
    const uploads = (): number =>
      requests(stack.sandbox, 'POST', /app-media$/).filter(({ path }) => path.includes(projectId)).length;
    const sent = uploads();
    await untilContinued(handle);
    await untilContinued(handle);
    expect(await untilBlocked(handle, 'media')).toEqual(before);
    expect(uploads()).toBe(sent);
    expect((await handle.describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.errorCode)).toEqual([before.code]);
    expect(notificationsOf(handle)).toEqual(['step.blocked']);
    await skip(handle, 'media');
    await untilStatus(handle, underReview);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  });

  it.concurrent('leaves each asset blocked by itself where a key that is revoked can read nothing either', async () => {
    const urls = [0, 1, 2].map((index) => `https://cdn.acmecoffee.com/${index}.png`);
    const input = quickest({ appMedia: urls.map((url) => ({ kind: 'screenshot', url })) });
    const id = `revoked-${customerOf(input)}`;
    await bend(stack.sandbox, customerOf(input), {
      id,
      match: { path: '/app-media' },
      action: { kind: 'answer', status: 401, code: 'UNAUTHENTICATED', store: 'none' },
    });
    const handle = await stack.start(input);
    const blockedMedia = async () =>
      (await statusOf(handle)).blocked.flatMap(({ step, item, since }) => (step === 'media' ? [{ item, since }] : []));
    const before = await until(async () => {
      const blocked = await blockedMedia();
      return blocked.length === 3 && blocked;
    });
    await untilContinued(handle);
    await untilContinued(handle);
    expect(await blockedMedia()).toEqual(expect.arrayContaining(before));
    // Of each once, though what is on its way when a run ends is sent again under its id.
    const news = told.filter(({ workflowId }) => workflowId === handle.workflowId);
    expect(new Set(news.map((args) => args.id)).size).toBe(3);
    await stopFault(stack.sandbox, id);
    await resolve(handle, { step: 'media', item: urls[1]!, action: 'retry' });
    await untilStatus(handle, underReview);
    expect(effects(stack.sandbox, 'media.created', customerOf(input))).toHaveLength(3);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  });

  it.concurrent('finds what got no answer before, and does not make it again', async () => {
    const input = quickest();
    const remix = { method: 'POST', path: '/slideshow-remix$' };
    const id = `refused-${customerOf(input)}`;
    await bend(
      stack.sandbox,
      customerOf(input),
      { match: remix, times: 1, action: { kind: 'close', when: 'after' } },
      { id, match: remix, after: 1, action: { kind: 'answer', status: 401, code: 'UNAUTHENTICATED', store: 'none' } },
    );
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content', 'UNAUTHENTICATED');
    await untilContinued(handle);
    await fetch(`${stack.sandbox.url}/_sandbox/faults/${id}`, { method: 'DELETE' });
    await resolve(handle, { step: 'content', action: 'retry' });
    await untilStatus(handle, underReview);
    expect(effects(stack.sandbox, 'content.created', customerOf(input))).toHaveLength(1);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  });

  it.concurrent('takes back what an earlier run of it has begun', async () => {
    const input = quickest({ policy: { waits: FAST_WAITS, onCancel: 'archive' } });
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/slideshow-remix$' },
      action: { kind: 'job', durationMs: 600_000 },
    });
    const handle = await stack.start(input);
    await untilStep(handle, 'content', 'waiting');
    await untilContinued(handle);
    await untilStep(handle, 'content', 'waiting');
    await handle.cancel();
    await handle.result().catch(() => undefined);
    const jobs = effects(stack.sandbox, 'job.started', customerOf(input))
      .map(({ id }) => stack.sandbox.state.jobs[id]!)
      .filter(({ kind, hidden }) => kind === 'content_generate' && !hidden);
    expect(jobs.map(({ status }) => status)).toEqual(['canceled']);
    expect(effects(stack.sandbox, 'project.archived', customerOf(input))).toHaveLength(1);
    expect((await statusOf(handle)).cleanup.every(({ done }) => done)).toBe(true);
  });

  it.concurrent('takes a decision of a page that was made from an earlier run of it', async () => {
    const input = quickest();
    const handle = await stack.start(input);
    await untilStatus(handle, underReview);
    const { workflowId } = handle;
    const page = { workflowId, runId: await runOf(handle), timeoutMs: 20_000 };
    await untilContinued(handle);
    await untilContinued(handle);
    const decision = { decision: 'approve' as const, reviewer: 'maria', revision: 0 };
    const outcome = await until(async () => {
      const sent = await sendUpdate(stack.client, page, decideReview, decision, randomUUID());
      return sent.kind !== 'unknown' && sent;
    });
    expect(outcome).toMatchObject({ kind: 'taken', value: { reviewer: 'maria' } });
    expect(await handle.result()).toMatchObject({ outcome: 'ready' });
  });

  it.concurrent('goes through its rounds with the decisions of all of them', async () => {
    const input = quickest();
    const handle = await stack.start(input);
    for (const revision of [0, 1, 2]) {
      await untilStatus(handle, (status) => underReview(status) && status.review!.revision === revision);
      await untilContinued(handle);
      const decision = revision === 2 ? ('approve' as const) : ('requestChanges' as const);
      const comment = `round ${revision}`;
      await until(() =>
        handle.executeUpdate(decideReview, { args: [{ decision, reviewer: 'maria', revision, comment }] }),
      );
    }
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'ready', revision: 2 });
    expect(result.review.earlier.map(({ comment }: { comment: string }) => comment)).toEqual(['round 0', 'round 1']);
    expect(effects(stack.sandbox, 'content.created', customerOf(input))).toHaveLength(3);
  });
});
