import { signWebhook } from '../../src/layers/webhookSignature';
import { open, seen, type Opened } from './support/browserless';
import { NOW, UNAVAILABLE, WORKFLOW } from './support/fakeTemporal';

const SECRET = 'whsec_test_secret';

const deliver = async (
  { app }: Opened,
  body: string | object,
  { secret = SECRET as string | string[], at = NOW, headers = {} as Record<string, string> } = {},
) => {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const {
    status,
    html,
    headers: answered,
  } = await seen(
    app.request('/webhooks/layers', {
      method: 'POST',
      body: raw,
      headers: { 'x-layers-signature': signWebhook(raw, secret, at), ...headers },
    }),
  );
  return { status, body: JSON.parse(html) as Record<string, unknown>, headers: answered };
};

const event = (type: string, data: object, id = 'evt_01') => ({ id, type, data });
const completed = event('job.completed', { jobId: 'job_1', kind: 'content_generate', result: { huge: 'x' } });

/** A gateway whose Temporal knows one onboarding by anything. */
const withOne = () => {
  const opened = open();
  opened.temporal.onList = () => [WORKFLOW];
  return opened;
};

describe('a webhook', () => {
  it('wakes the onboarding that knows what it names', async () => {
    const opened = withOne();
    expect(await deliver(opened, completed)).toMatchObject({ status: 202, body: { delivered: 1 } });
    expect(opened.temporal.queries).toEqual([
      'WorkflowType = "onboardCustomer" AND ExecutionStatus = "Running" AND (LayersRefs IN ("job_1"))',
    ]);
    expect(opened.temporal.signals).toEqual([
      { workflowId: WORKFLOW, name: 'layersEvent', args: [event('job.completed', { jobId: 'job_1' })] },
    ]);
  });

  it.each([
    [
      'content.generated',
      { id: 'cnt_1', projectId: 'prj_1', assets: [] },
      '(LayersRefs IN ("cnt_1") OR LayersProjectId = "prj_1")',
    ],
    [
      'post.published',
      { scheduledPostId: 'sp_1', containerId: 'cnt_1', externalUrl: 'https://x' },
      '(LayersRefs IN ("cnt_1", "sp_1"))',
    ],
    [
      'social_account.connected',
      { socialAccountId: 'sa_1', platform: 'tiktok', displayName: 'Jane' },
      '(LayersRefs = "consent:tiktok")',
    ],
    ['social_account.connected', { socialAccountId: 'sa_1', projectId: 'prj_1' }, '(LayersProjectId = "prj_1")'],
  ])('%s %j is looked up by what it names', async (type, data, condition) => {
    const opened = withOne();
    await deliver(opened, event(type, data));
    expect(opened.temporal.queries[0]).toContain(`AND ${condition}`);
  });

  it('cannot break out of the query', async () => {
    const opened = withOne();
    await deliver(opened, event('job.completed', { jobId: 'x") OR WorkflowType = "onboardCustomer' }));
    expect(opened.temporal.queries).toEqual([]);
  });

  it('hands on ids only: names of people have no business in a history', async () => {
    const opened = withOne();
    await deliver(
      opened,
      event('social_account.connected', { socialAccountId: 'sa_1', projectId: 'prj_1', displayName: 'Jane', n: 1 }),
    );
    expect(opened.temporal.signals[0]!.args).toEqual([
      event('social_account.connected', { socialAccountId: 'sa_1', projectId: 'prj_1' }),
    ]);
  });

  it('wakes at most fifty', async () => {
    const opened = open();
    opened.temporal.onList = () => Array.from({ length: 80 }, (_, index) => `onboard-${index}`);
    expect((await deliver(opened, event('social_account.connected', { platform: 'tiktok' }))).body).toEqual({
      delivered: 50,
    });
  });

  it('delivered twice, or replayed under a new id, is delivered twice: the workflow keeps it harmless', async () => {
    const opened = withOne();
    const statuses = [
      await deliver(opened, completed),
      await deliver(opened, completed),
      await deliver(opened, { ...completed, id: 'evt_02', replayOf: 'a delivery' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([202, 202, 202]);
  });
});

describe('what nobody waits for is accepted and counted', () => {
  it.each([
    ['an unknown resource', completed],
    ['an event that names nothing', event('test.ping', {})],
    ['an event nobody documented', event('lease_request.assigned', { leaseRequestId: 'x' })],
    ['no envelope', '{"hello":"world"}'],
    ['no JSON', 'good morning'],
    ['no object', '[1,2]'],
  ])('%s', async (_, body) => {
    const opened = open();
    expect(await deliver(opened, body)).toMatchObject({ status: 202, body: { delivered: 0 } });
    expect(opened.temporal.signals).toEqual([]);
  });

  it('and told by /readyz', async () => {
    const opened = open();
    await deliver(opened, completed);
    await deliver(opened, 'good morning');
    await deliver(opened, completed, { secret: 'a forged secret' });
    opened.temporal.onList = () => [WORKFLOW];
    await deliver(opened, completed);
    const { html } = await seen(opened.app.request('/readyz'));
    expect(JSON.parse(html)).toMatchObject({ webhooks: { delivered: 1, unknown: 1, unreadable: 1, refused: 1 } });
  });

  it('an onboarding that ends between being found and being told', async () => {
    const opened = withOne();
    opened.temporal.ended.add(WORKFLOW);
    expect(await deliver(opened, completed)).toMatchObject({ status: 202, body: { delivered: 0 } });
  });
});

describe('a signature', () => {
  it.each([
    ['of another secret', { secret: 'a forged secret' }],
    ['more than five minutes old', { at: NOW - 301_000 }],
    ['more than five minutes ahead', { at: NOW + 301_000 }],
    ['missing', { headers: { 'x-layers-signature': '' } }],
    ['not one', { headers: { 'x-layers-signature': 't=1,v1=xyz' } }],
  ])('that is %s is refused', async (_, how) => {
    const opened = withOne();
    expect((await deliver(opened, completed, how)).status).toBe(401);
    expect(opened.temporal.calls).toBe(0);
  });

  it('counts over the raw body, byte for byte', async () => {
    const opened = withOne();
    const raw = '{ "id":"evt_1",  "type":"job.completed","data":{"jobId":"j\\u006fb_1","note":"Größe"} }';
    expect((await deliver(opened, raw)).body).toEqual({ delivered: 1 });
    const header = signWebhook(raw, SECRET, NOW);
    const same = JSON.stringify(JSON.parse(raw));
    expect((await deliver(opened, same, { headers: { 'x-layers-signature': header } })).status).toBe(401);
  });

  it('holds with either secret during a rotation', async () => {
    const rotating = open({ webhookSecrets: ['whsec_new_secret', SECRET] });
    expect((await deliver(rotating, completed)).status).toBe(202);
    expect((await deliver(rotating, completed, { secret: 'whsec_new_secret' })).status).toBe(202);
    expect((await deliver(rotating, completed, { secret: ['whsec_older', 'whsec_new_secret'] })).status).toBe(202);
  });

  it('is worth nothing where no secret is configured', async () => {
    const opened = open({ webhookSecrets: [] });
    expect(await deliver(opened, completed)).toMatchObject({
      status: 401,
      body: { error: expect.stringContaining('LAYERS_WEBHOOK_SECRET') },
    });
  });

  it('is not even computed for a body beyond 256 KB', async () => {
    const opened = withOne();
    expect((await deliver(opened, event('job.completed', { jobId: 'job_1', x: 'x'.repeat(256 * 1024) }))).status).toBe(
      413,
    );
    expect(opened.temporal.calls).toBe(0);
  });
});

describe('only when Temporal cannot be reached', () => {
  it('is Layers asked to deliver again', async () => {
    const opened = withOne();
    opened.temporal.down = UNAVAILABLE;
    const { status, headers } = await deliver(opened, completed);
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('30');
    opened.temporal.down = null;
    expect((await deliver(opened, completed)).body).toEqual({ delivered: 1 });
  });
});
