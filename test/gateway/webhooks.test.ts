import { signWebhook } from '../../src/layers/webhookSignature';
import { open, seen, type Opened } from './support/browserless';
import { NOW, SIGNALS_EXCEEDED, UNAVAILABLE, WORKFLOW } from './support/fakeTemporal';

const SECRET = 'whsec_test_secret';
const UUID = '0b2f6d1e-5c7a-4e0b-9f64-1d2c3b4a5968';
const ULID = '01HXZ9G7KMV2QX8Y1S5RJW3B7T';

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
      '(LayersRefs IN ("cnt_1") OR LayersProjectId IN ("prj_1"))',
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
    ['social_account.connected', { socialAccountId: 'sa_1', projectId: 'prj_1' }, '(LayersProjectId IN ("prj_1"))'],
  ])('%s %j is looked up by what it names', async (type, data, condition) => {
    const opened = withOne();
    await deliver(opened, event(type, data));
    expect(opened.temporal.queries[0]).toContain(`AND ${condition}`);
  });

  it.each([
    ['job.completed', { jobId: ULID.toLowerCase() }, 'LayersRefs', `job_${ULID}`],
    ['content.generated', { id: UUID }, 'LayersRefs', `cnt_${UUID}`],
    [
      'post.published',
      { scheduledPostId: 'sp_1', containerId: `CNT_${UUID.toUpperCase()}` },
      'LayersRefs',
      `cnt_${UUID}`,
    ],
    ['social_account.connected', { projectId: `proj_${UUID}` }, 'LayersProjectId', `prj_${UUID}`],
    ['social_account.connected', { projectId: `prj_${UUID}` }, 'LayersProjectId', UUID],
  ])('%s %j is found also where its id was learned in another form', async (type, data, attribute, learned) => {
    const opened = withOne();
    await deliver(opened, event(type, data));
    expect(opened.temporal.queries[0]).toMatch(new RegExp(`${attribute} IN \\([^)]*"${learned}"`));
  });

  it('with ids in every field asks for a bounded number of forms', async () => {
    const opened = withOne();
    const ids = { jobId: ULID, containerId: UUID, scheduledPostId: `sp_${UUID}`, id: UUID, projectId: `prj_${UUID}` };
    await deliver(opened, event('post.published', ids));
    expect(opened.temporal.queries[0]!.length).toBeLessThan(2_000);
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

  it('delivered again under the same id wakes nobody, and is counted; replayed under a new one it does', async () => {
    const opened = withOne();
    const delivered = [];
    for (let sent = 0; sent < 100; sent += 1) delivered.push((await deliver(opened, completed)).body['delivered']);
    expect(delivered).toEqual([1, ...Array<number>(99).fill(0)]);
    expect(opened.temporal.signals).toHaveLength(1);
    expect(opened.temporal.queries).toHaveLength(1);
    const at = await Promise.all(Array.from({ length: 9 }, () => deliver(opened, { ...completed, id: 'evt_02' })));
    expect(at.map(({ status }) => status)).toEqual(Array(9).fill(202));
    expect(opened.temporal.signals).toHaveLength(2);
    const { html } = await seen(opened.app.request('/readyz'));
    expect(JSON.parse(html)).toMatchObject({ webhooks: { delivered: 2, repeated: 107 } });
  });

  it('that found nobody is looked up again when it is repeated: Temporal may not have known yet', async () => {
    const opened = open();
    expect((await deliver(opened, completed)).body).toEqual({ delivered: 0 });
    opened.temporal.onList = () => [WORKFLOW];
    expect((await deliver(opened, completed)).body).toEqual({ delivered: 1 });
  });

  it('wakes one onboarding only so often; the rest is counted, and others are not held back', async () => {
    const opened = withOne();
    for (let sent = 0; sent < 300; sent += 1) {
      const answered = await deliver(opened, { ...completed, id: `evt_${sent}` });
      expect(answered.status).toBe(202);
    }
    const { length } = opened.temporal.signals;
    expect(length).toBeGreaterThan(20);
    expect(length).toBeLessThan(100);
    const { html } = await seen(opened.app.request('/readyz'));
    expect(JSON.parse(html)).toMatchObject({ webhooks: { delivered: length, held: 300 - length, unknown: 0 } });
    opened.temporal.onList = () => ['onboard-another'];
    expect((await deliver(opened, { ...completed, id: 'evt_x' })).body).toEqual({ delivered: 1 });
  });
});

describe('an event in an odd form', () => {
  it.each([
    ['with a byte order mark', `\uFEFF${JSON.stringify(completed)}`],
    [
      'with its ids beside its type, and null for data',
      '{"id":"evt_01","type":"job.completed","jobId":"job_1","data":null}',
    ],
    ['without data', '{"id":"evt_01","type":"job.completed","jobId":"job_1"}'],
    ['with empty data', '{"id":"evt_01","type":"job.completed","jobId":"job_1","data":{}}'],
    ['with a list for data', '{"id":"evt_01","type":"job.completed","jobId":"job_1","data":[]}'],
  ])('%s is delivered by the ids that it has', async (_, body) => {
    const opened = withOne();
    expect(await deliver(opened, body)).toMatchObject({ status: 202, body: { delivered: 1 } });
    expect(opened.temporal.signals).toEqual([
      { workflowId: WORKFLOW, name: 'layersEvent', args: [event('job.completed', { jobId: 'job_1' })] },
    ]);
  });

  it('that names nothing, or cannot be read, is named in the log', async () => {
    const opened = withOne();
    await deliver(opened, '{"id":"evt_empty","type":"job.completed","data":null}');
    expect(opened.logged()).toContain('"event":"evt_empty"');
    await deliver(opened, 'no JSON', { headers: { 'x-layers-event-id': 'evt_broken' } });
    expect(opened.logged()).toContain('"event":"evt_broken"');
    expect(opened.temporal.signals).toEqual([]);
  });

  it('takes its id from the header, where the body has none', async () => {
    const opened = withOne();
    const body = { type: 'job.completed', data: { jobId: 'job_1' } };
    await deliver(opened, body, { headers: { 'x-layers-event-id': 'evt_9' } });
    expect(opened.temporal.signals[0]!.args).toEqual([event('job.completed', { jobId: 'job_1' }, 'evt_9')]);
  });

  it.each([
    ['of 200 KB', 'x'.repeat(200_000)],
    ['with a quote', 'evt_"1'],
    ['with a NUL', 'evt_\u0000'],
    ['of nothing but beginnings of tokens', 'eyJ'.repeat(60_000)],
  ])('whose id is one %s goes into no history as it is', async (_, id) => {
    const opened = withOne();
    expect((await deliver(opened, { ...completed, id })).body).toEqual({ delivered: 1 });
    expect((await deliver(opened, { ...completed, id })).body).toEqual({ delivered: 0 });
    const [told] = opened.temporal.signals[0]!.args as [{ id: string }];
    expect(told.id).toMatch(/^evt_[\w-]{26}$/);
    expect(opened.logged().length).toBeLessThan(5_000);
  });

  it.each(['job"1', 'job\u00001', 'job\\1', 'x'.repeat(129), '', 'ж'])('is not searched for by %j', async (jobId) => {
    const opened = withOne();
    expect(await deliver(opened, event('job.completed', { jobId }))).toMatchObject({
      status: 202,
      body: { delivered: 0 },
    });
    expect(opened.temporal.queries).toEqual([]);
  });

  it('of 9,000 ids hands on a few, those that onboardings know first', async () => {
    const opened = withOne();
    const data = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`x${index}Id`, `id_${index}`]));
    await deliver(opened, event('job.completed', { ...data, jobId: 'job_1' }));
    const [told] = opened.temporal.signals[0]!.args as [{ data: Record<string, string> }];
    expect(Object.keys(told.data)).toHaveLength(10);
    expect(told.data['jobId']).toBe('job_1');
  });
});

describe('what an onboarding does not take', () => {
  it('is logged and counted, and Layers is not asked to deliver it again', async () => {
    const opened = open();
    opened.temporal.onList = () => [WORKFLOW, 'onboard-full', 'onboard-odd'];
    opened.temporal.refusing.set('onboard-full', SIGNALS_EXCEEDED);
    opened.temporal.refusing.set('onboard-odd', new Error('whatever'));
    expect(await deliver(opened, completed)).toMatchObject({ status: 202, body: { delivered: 1 } });
    opened.temporal.onList = () => ['onboard-full'];
    for (let sent = 0; sent < 30; sent += 1)
      expect((await deliver(opened, { ...completed, id: `evt_full_${sent}` })).status).toBe(202);
    const { html } = await seen(opened.app.request('/readyz'));
    expect(JSON.parse(html)).toMatchObject({ webhooks: { delivered: 1, notTaken: 32 } });
    expect(opened.logged()).toContain('exceeded workflow execution limit');
    expect(opened.logged()).toContain('"workflowId":"onboard-full"');
  });

  it('one that cannot be reached keeps nothing from the others', async () => {
    const opened = open();
    opened.temporal.onList = () => [WORKFLOW, 'onboard-away'];
    opened.temporal.refusing.set('onboard-away', UNAVAILABLE);
    expect(await deliver(opened, completed)).toMatchObject({ status: 202, body: { delivered: 1 } });
    opened.temporal.onList = () => ['onboard-away'];
    expect((await deliver(opened, { ...completed, id: 'evt_02' })).status).toBe(503);
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
