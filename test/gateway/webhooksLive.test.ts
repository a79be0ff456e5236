import type { WorkflowHandle } from '@temporalio/client';
import { authorizeSocial, decideReview, layersEvent, status as statusQuery } from '../../src/contract/messages';
import type { OnboardingInput } from '../../src/contract/input';
import { consentRef, SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { OnboardingResult } from '../../src/contract/result';
import { signWebhook } from '../../src/layers/webhookSignature';
import type { SandboxOptions } from '../../src/sandbox';
import { consent, effects, requests, underReview, until, untilStatus } from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';
import { steer } from '../support/steering';
import { openStage, WEBHOOK_SECRET, type Stage } from './support/stage';

/** The sandbox's webhooks, through the gateway, into the real workflow. */

/** The workflow's first look at the content comes after this test's time: only a webhook can end that wait. */
const PATIENT: OnboardingInput['policy'] = {
  waits: {
    influencer: { earliest: '600ms', typical: '700ms', deadline: '60s' },
    keywords: { earliest: '700ms', typical: '800ms', deadline: '60s' },
    content: { earliest: '60s', typical: '90s', deadline: '5 minutes' },
    social: { deadline: '10 minutes' },
  },
};
const DURATIONS = { influencerMs: 200, keywordsMs: 300, contentMs: 500, mediaMs: 10 };

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});
const open = async (sandbox: SandboxOptions = {}): Promise<Stage> =>
  (stage = await openStage({ sandbox: { durations: DURATIONS, ...sandbox } }));

/** Connects the account while the customer is waited for, as a customer does; the webhook alone tells of it. */
async function connect(handle: WorkflowHandle): Promise<void> {
  await untilStatus(handle, ({ steps }) => steps.find(({ step }) => step === 'social')!.state === 'waiting');
  const { authorizeUrl } = await handle.executeUpdate(authorizeSocial, { args: [{}] });
  // No customer consents before Temporal's list knows that there is a page.
  const query = `WorkflowId = "${handle.workflowId}" AND ${SEARCH_ATTRIBUTES.refs.name} = "${consentRef('tiktok')}"`;
  await until(async () => (await handle.client.count(query)).count === 1);
  await consent(authorizeUrl);
}

async function finish(handle: WorkflowHandle): Promise<OnboardingResult> {
  await untilStatus(handle, underReview);
  await handle.executeUpdate(decideReview, { args: [{ decision: 'approve', reviewer: 'Maria', revision: 0 }] });
  return (await handle.result()) as OnboardingResult;
}

/** Every read of this stage's onboarding; the worker's own question at its start is none of it. */
const readsOf = ({ sandbox }: Stage): string[] =>
  requests(sandbox, 'GET', /./)
    .map(({ path }) => path.replace(/[a-z]+_[\w-]{8,}/g, ':id'))
    .filter((path) => !path.endsWith('/whoami') && !path.startsWith('/media/'));

/** A signed event of one's own making; the status of the answer. */
async function send({ gateway }: Stage, type: string, data: object, id: string): Promise<number> {
  const body = JSON.stringify({ id, type, data });
  const headers = { 'x-layers-signature': signWebhook(body, WEBHOOK_SECRET) };
  return (await fetch(`${gateway.publicUrl}/webhooks/layers`, { method: 'POST', body, headers })).status;
}

async function begin(on: Stage): Promise<WorkflowHandle> {
  const handle = await on.onboard({ policy: PATIENT }, ({ stage: at }) => at !== 'validate');
  await connect(handle);
  return handle;
}

describe('webhooks', () => {
  /** What no webhook tells: whether there is a project, the persona, the keywords, what there is to remix. */
  const UNTOLD = [
    '/v1/projects',
    '/v1/projects/:id/content/source-recommendations',
    '/v1/projects/:id/influencers',
    '/v1/projects/:id/keywords',
  ];

  it('end the waits for the content and for the customer, and one read confirms each: six in all', async () => {
    const on = await open();
    const handle = await begin(on);
    expect((await finish(handle)).outcome).toBe('scheduled');
    expect(readsOf(on).sort()).toEqual(['/v1/content/:id', ...UNTOLD, '/v1/social/oauth-status/:id'].sort());
    expect(on.logged()).toContain('"type":"job.completed","delivered":1');
  });

  it('with a named account it is six as well: the account is looked at instead', async () => {
    const on = await open();
    const input = acmeCoffee({ schedule: { at: nextWeek() } });
    const customerExternalId = input.project.customerExternalId;
    const { id } = await steer(on.sandbox, 'POST', '/accounts', { customerExternalId });
    const handle = await on.start({ ...input, social: { socialAccountIds: [id] }, policy: PATIENT });
    expect((await finish(handle)).scheduledPosts).toMatchObject([{ socialAccountId: id }]);
    expect(readsOf(on).sort()).toEqual(['/v1/content/:id', ...UNTOLD, '/v1/projects/:id/social-accounts'].sort());
  });

  it('end the wait for the customer also while a review is open', async () => {
    const on = await open();
    const handle = await on.onboard({ policy: PATIENT }, underReview);
    await connect(handle);
    await until(async () => on.logged().includes('"type":"social_account.connected","delivered":1'));
    expect((await finish(handle)).outcome).toBe('scheduled');
    expect(readsOf(on).filter((path) => path === '/v1/social/oauth-status/:id')).toHaveLength(1);
  });

  it('whose ids are bare, or in the other case, than Layers gave them before, find their onboarding', async () => {
    const on = await open({ faults: [{ action: { kind: 'webhook', how: 'lose' } }] });
    const handle = await on.onboard({ policy: PATIENT }, ({ ids: { jobId } }) => jobId !== undefined);
    const { ids } = await handle.query(statusQuery);
    const { containerId } = ids;
    const query = `WorkflowId = "${handle.workflowId}" AND ${SEARCH_ATTRIBUTES.refs.name} = "${containerId}"`;
    await until(async () => (await handle.client.count(query)).count === 1);
    await until(async () => on.sandbox.state.containers[containerId!]!.status === 'completed');
    await send(on, 'content.generated', { id: containerId!.replace('cnt_', '').toUpperCase() }, 'evt_bare_content');
    await untilStatus(handle, underReview);
    expect(on.logged()).toContain('"type":"content.generated","delivered":1');
    await send(on, 'job.completed', { projectId: ids.projectId!.replace('prj_', '') }, 'evt_bare_project');
    expect(on.logged()).toContain('"type":"job.completed","delivered":1');
    await handle.cancel();
  });

  it('that claim too much only make it look: the container alone is believed', async () => {
    const on = await open({ durations: { ...DURATIONS, contentMs: 1_500 } });
    const handle = await on.onboard(
      { policy: { waits: { ...PATIENT!.waits, content: { earliest: '2s', typical: '2s', deadline: '60s' } } } },
      ({ ids }) => ids.jobId !== undefined,
    );
    const { jobId } = (await untilStatus(handle, ({ ids }) => ids.jobId !== undefined)).ids;
    const claim = { id: 'evt_early', type: 'job.completed', data: { jobId } };
    await handle.signal(layersEvent, claim);
    await until(async () => readsOf(on).includes('/v1/content/:id'));
    expect((await handle.query(statusQuery)).review).toBeNull();
    await connect(handle);
    expect((await finish(handle)).outcome).toBe('scheduled');
    expect(readsOf(on)).not.toContain('/v1/jobs/:id');
  });

  it.each([
    ['doubled', { kind: 'webhook', how: 'double' }, null],
    ['accompanied by forged ones', { kind: 'webhook', how: 'forge' }, 'X-Layers-Signature: mismatch'],
    ['accompanied by old ones', { kind: 'webhook', how: 'stale' }, 'X-Layers-Signature: stale'],
  ] as const)('that are %s change nothing', async (_, action, refused) => {
    const on = await open({ faults: [{ action }] });
    const handle = await begin(on);
    expect((await finish(handle)).outcome).toBe('scheduled');
    const customer = handle.workflowId.replace('onboard-', '');
    for (const effect of ['project.created', 'content.started', 'post.created'])
      expect(effects(on.sandbox, effect, customer).length).toBeLessThanOrEqual(1);
    expect(effects(on.sandbox, 'post.created', customer)).toHaveLength(1);
    if (refused !== null) expect(on.logged()).toContain(refused);
  });

  it('that come before the 202 of the generation has been read are not missed', async () => {
    const on = await open({ scenario: 'job-instant' });
    const handle = await begin(on);
    expect((await finish(handle)).outcome).toBe('scheduled');
    expect(readsOf(on).filter((path) => /jobs|content\/:id$/.test(path))).toEqual(['/v1/content/:id']);
  });

  it.each(['job.completed', 'content.generated'])('may come in either order: %s late', async (path) => {
    const on = await open({ faults: [{ match: { path }, action: { kind: 'webhook', how: 'late', ms: 1_500 } }] });
    const handle = await begin(on);
    expect((await finish(handle)).outcome).toBe('scheduled');
    await until(async () => on.logged().includes(`"type":"${path}","delivered":`));
    expect(readsOf(on).filter((read) => /jobs|content\/:id$/.test(read))).toEqual(['/v1/content/:id']);
  });

  it('that are replayed under another event id wake nobody up a second time', async () => {
    const on = await open();
    const handle = await begin(on);
    const { ids } = await untilStatus(handle, underReview);
    const reads = readsOf(on);
    for (const id of ['evt_replayed_1', 'evt_replayed_2']) {
      expect(await send(on, 'job.completed', { jobId: ids.jobId, kind: 'content_generate', result: {} }, id)).toBe(202);
      expect(await send(on, 'content.generated', { id: ids.containerId, projectId: ids.projectId }, `${id}b`)).toBe(
        202,
      );
    }
    await handle.query(statusQuery);
    expect((await finish(handle)).outcome).toBe('scheduled');
    expect(readsOf(on)).toEqual(reads);
  });

  it('that come before their resource is known, out of order, for others or for nobody are harmless', async () => {
    const on = await open();
    const handle = await on.onboard({ policy: PATIENT }, ({ ids }) => ids.projectId !== undefined);
    const { ids } = await untilStatus(handle, ({ ids: { projectId } }) => projectId !== undefined);
    const statuses = await Promise.all([
      send(on, 'content.generated', { id: 'cnt_not_yet', projectId: ids.projectId, assets: [] }, 'evt_1'),
      send(on, 'post.published', { scheduledPostId: 'sp_not_yet', containerId: 'cnt_not_yet' }, 'evt_2'),
      send(on, 'job.completed', { jobId: 'job_of_somebody_else', kind: 'content_generate', result: {} }, 'evt_3'),
      send(on, 'job.completed', { jobId: 'job_of_somebody_else', kind: 'content_generate', result: {} }, 'evt_3'),
      send(on, 'social_account.connected', { socialAccountId: 'sa_of_somebody_else', platform: 'tiktok' }, 'evt_4'),
      send(on, 'test.ping', {}, 'evt_5'),
    ]);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 202]);
    await connect(handle);
    const result = await finish(handle);
    expect(result.outcome).toBe('scheduled');
    expect(result.scheduledPosts[0]!.socialAccountId).not.toBe('sa_of_somebody_else');
  });
});
