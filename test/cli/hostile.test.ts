import { randomUUID } from 'node:crypto';
import { run } from '../../src/cli/main';
import { connectClient, targetAt } from '../../src/temporal/connect';
import { AmbiguousCustomerError } from '../../src/client/errors';
import { getOnboarding } from '../../src/client/find';
import { readResult } from '../../src/client/readable';
import { onboardingStatus } from '../../src/client/view';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import { startOnboarding } from '../../src/starter';
import { startEnvironment, type Environment } from './fixtures/environment';
import { inputFor } from './fixtures/input';
import { fakeIo } from './fixtures/io';
import { until } from './fixtures/until';
import { finishedView, NOW, REVIEW, reviewStatus } from './fixtures/views';
import { changesBetween } from '../../src/cli/show/changes';
import { plainLines } from '../../src/cli/show/plain';
import { renderFrame } from '../../src/cli/show/render';
import { jsonText } from '../../src/cli/output';

let environment: Environment;
beforeAll(async () => {
  environment = await startEnvironment();
});
afterAll(() => environment.stop());

async function ran(...line: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = fakeIo({ env: { ONBOARDING_TASK_QUEUE: environment.taskQueue } });
  const { address, namespace } = environment;
  const code = await run(line, io, () => connectClient(targetAt(address, namespace)));
  return { code, out: io.stdout.join('\n'), err: io.stderr.join('\n') };
}

const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\u2028]/;
const NASTY = 'a\u001b]0;owned\u0007\u001b[2J\u009bb\u202egnp.exe\u200b';

describe('a workflow of the same type that is none of ours', () => {
  /** Anybody may start one. It waits for a worker that is not there. */
  const foreign = (memo: Record<string, unknown>, workflowId = `foreign-${randomUUID()}`, answer?: unknown) =>
    environment.client.workflow.start('onboardCustomer', {
      workflowId,
      taskQueue: answer === undefined ? 'nobody' : environment.taskQueue,
      memo,
      args: [inputFor({ stop: 'sleep', answer })],
      typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.customer, value: workflowId }],
    });

  test('is one odd line of the list, whatever its memo says', async () => {
    const memos: Record<string, unknown>[] = [
      { customer: { externalId: 5, name: 5, timezone: {} } },
      { customer: 5 },
      { customer: { name: { toString: 5 } } },
      { customer: { externalId: NASTY, name: NASTY } },
      { customer: null, inputDigest: [] },
    ];
    const started = await Promise.all([...memos.map((memo) => foreign(memo)), foreign({}, `x${NASTY}`)]);
    const { out, err, code } = await until(async () => {
      const listed = await ran('list', '--limit', '100');
      return listed.out.split('\n').length > started.length ? listed : null;
    });
    expect(code).toBe(0);
    expect(out + err).not.toMatch(STEERS);
    const json = await ran('list', '--json');
    expect(json.out).not.toMatch(STEERS);
    expect(json.out).toContain('\\u202e');
    const { onboardings } = JSON.parse(json.out) as { onboardings: { workflowId: string }[] };
    expect(onboardings.map(({ workflowId }) => workflowId)).toContain(`x${NASTY}`);
  });

  test.each([
    5,
    null,
    'x',
    [],
    {},
    { customer: {}, steps: 'x', review: { decision: { decision: 'approve', reviewer: 5, comment: { text: 'fine' } } } },
    { ...reviewStatus(), review: { ...REVIEW, deadline: 'never', caption: { a: 1 }, preview: 5, targets: null } },
    { ...reviewStatus(), steps: [{ step: 'nonsense' }, { step: 'source', state: 'odd', typical: 'x'.repeat(200) }] },
  ])(
    'a status of %j can be shown',
    async (answer) => {
      const { workflowId } = await foreign({ customer: 7 }, undefined, answer);
      const shown = await ran('status', workflowId);
      expect(shown.err).toBe('');
      expect(shown.out).toContain(workflowId);
      expect((await ran('status', workflowId, '--json')).code).toBe(shown.code);
      const view = await onboardingStatus(environment.client, { workflowId });
      for (const change of changesBetween(null, view))
        expect(plainLines(change, view, {}, NOW).join()).not.toMatch(STEERS);
    },
    180_000,
  );
});

test('an approval with a comment that is no text does not end the readers', () => {
  const view = finishedView();
  const review = { ...view.result!.review!, comment: 5 as unknown as string };
  const seen = { ...view, result: { ...view.result!, review } };
  expect(renderFrame({ ...seen, result: readResult(seen.result) }, { now: NOW })).toContain('"5"');
});

test('refusals, ids and errors of every verb steer no terminal', async () => {
  for (const verb of ['status', 'watch', 'approve', 'cancel', 'skip', 'retry', 'abort', 'link'])
    for (const name of [NASTY, 'a\u0000b', '\ud800', ' ', `onboard-${NASTY} `]) {
      const { out, err } = await ran(verb, name);
      expect(out + err).not.toMatch(STEERS);
      expect(err).not.toMatch(/^\s+at /m);
    }
  expect(jsonText({ a: NASTY })).not.toMatch(STEERS);
  expect(JSON.parse(jsonText({ a: NASTY }))).toEqual({ a: NASTY });
});

describe('which onboarding is meant', () => {
  const start = (input: ReturnType<typeof inputFor>) =>
    startOnboarding(environment.client, input, { taskQueue: environment.taskQueue });

  test('a name that is a customer and the workflow id of another is refused, and can be said', async () => {
    const acme = `acme-${randomUUID().slice(0, 8)}`;
    await start(inputFor({}, acme));
    await start(inputFor({}, `onboard-${acme}`));
    await until(async () => (await onboardingStatus(environment.client, { customer: acme })).status?.review != null);
    const refused = await ran('approve', `onboard-${acme}`, '--by', 'maria');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`onboard-${acme} --as workflow-id`);
    expect(refused.err).toContain(`onboard-onboard-${acme} --as workflow-id`);
    const { client } = environment;
    for (const name of [{ customer: acme }, { customer: `onboard-${acme}` }])
      expect((await onboardingStatus(client, name)).execution).toBe('running');

    expect((await ran('approve', `onboard-${acme}`, '--by', 'maria', '--as', 'customer')).code).toBe(0);
    expect((await onboardingStatus(client, { customer: acme })).execution).toBe('running');
    const last = await ran('approve', `onboard-${acme}`, '--by', 'maria', '--as', 'workflow-id');
    expect(last.code).toBe(0);
  });

  test('an id that was given to another customer is not taken for its customer', async () => {
    const [acme, beta] = ['acme', 'beta'].map((name) => `${name}-${randomUUID().slice(0, 8)}`) as [string, string];
    const options = { taskQueue: environment.taskQueue, workflowId: `onboard-${acme}` };
    await startOnboarding(environment.client, inputFor({}, beta), options);
    const { err, code } = await ran('status', acme);
    expect(err).toContain('There is no onboarding of the customer');
    expect(code).toBe(2);
  });

  test('a customer of two organizations has to be named by the workflow id', async () => {
    const customer = `c-${randomUUID().slice(0, 8)}`;
    for (const organizationId of ['org_east', 'org_west-1']) await start({ ...inputFor({}, customer), organizationId });
    await until(() =>
      getOnboarding(environment.client, customer).then(
        () => false,
        (error: unknown) => error instanceof AmbiguousCustomerError,
      ),
    );
    const { workflowId } = await getOnboarding(environment.client, { customer, organizationId: 'org_west-1' });
    expect(workflowId).toBe(`onboard--10-org_west-1${customer}`);
  });

  test('a customer id with a leading hyphen: the printed commands work', async () => {
    const customer = `-${randomUUID().slice(0, 8)}`;
    await start(inputFor({}, customer));
    await until(async () => (await onboardingStatus(environment.client, customer)).status?.review != null);
    const { out } = await ran('status', '--', customer);
    expect(out).toContain(`layers-onboarding approve -- ${customer}`);
    const approved = await ran('approve', '--by', 'maria', '--', customer);
    expect(approved.out).toContain(`Next: layers-onboarding watch -- ${customer}`);
  });
});
