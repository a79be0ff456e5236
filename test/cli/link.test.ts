import { run } from '../../src/cli/main';
import { waitLinks } from '../../src/cli/links';
import { renderFrame } from '../../src/cli/show/render';
import { onboardingStatus } from '../../src/client/view';
import { decideReview } from '../../src/client/messages';
import { verifyLink } from '../../src/links';
import { startOnboarding } from '../../src/starter';
import { startEnvironment, type Environment } from './fixtures/environment';
import { inputFor } from './fixtures/input';
import { fakeIo, type FakeIo } from './fixtures/io';
import { until } from './fixtures/until';
import { finishedView, NOW, REVIEW, statusOf, viewOf } from './fixtures/views';

const SECRET = 'a secret of the gateway and long enough';
const CONFIGURED = {
  ONBOARDING_PUBLIC_URL: 'https://onboarding.example.com/',
  ONBOARDING_LINK_SECRET: `${SECRET},an older secret that is on its way out`,
};
const MAKER = { publicUrl: 'https://onboarding.example.com', secret: SECRET };

let environment: Environment;
beforeAll(async () => {
  environment = await startEnvironment();
});
afterAll(() => environment.stop());

async function ran(line: readonly string[], env: NodeJS.ProcessEnv = CONFIGURED) {
  const io: FakeIo = fakeIo({ env });
  const { client, connection } = environment;
  const code = await run(line, io, () => Promise.resolve({ client, connection, close: () => Promise.resolve() }));
  return { code, out: io.stdout.join('\n'), err: io.stderr.join('\n') };
}

/** Starts the stand-in and waits until it is where it stops. */
async function started(metadata: Record<string, unknown> = {}): Promise<string> {
  const input = inputFor(metadata);
  const { client, taskQueue } = environment;
  const { workflowId } = await startOnboarding(client, input, { taskQueue });
  await until(async () => {
    const { status } = await onboardingStatus(client, workflowId);
    return metadata['stop'] === 'sleep' ? status !== null : status?.attention === 'reviewer';
  });
  return input.project.customerExternalId;
}

/** The link behind an address, as the gateway will read it. */
function opened(url: string, now = Date.now()) {
  expect(url).toMatch(/^https:\/\/onboarding\.example\.com\/[rc]\/[\w.-]+$/);
  const verified = verifyLink([SECRET], url.split('/').at(-1)!, now);
  return verified.state === 'valid' ? { page: url.split('/').at(-2), ...verified.link } : verified.state;
}

test('prints the page of the review, and nothing else, to the standard output', async () => {
  const customer = await started();
  const { code, out, err } = await ran(['link', customer]);
  expect(opened(out)).toMatchObject({ page: 'r', scope: 'decide', revision: 0, workflowId: `onboard-${customer}` });
  expect(err).toMatch(/^For the reviewer, to decide round 1 until \w+ \d+ \w+ \d\d:\d\d Los Angeles \(.*Z\):$/);
  expect(code).toBe(0);

  const [json] = JSON.parse((await ran(['link', customer, '--for', 'review', '--json'])).out) as Record<
    string,
    string
  >[];
  expect(json).toMatchObject({ for: 'review', url: out });
  const other = await ran(['link', customer, '--for', 'connect']);
  expect(other).toMatchObject({ code: 2, out: '', err: `onboard-${customer} waits for something else: --for review` });

  const shown = await ran(['status', customer]);
  expect(shown.out.replace(/\s+/g, ' ')).toContain(`open ${out}`);
  expect((await ran(['status', customer], {})).out).not.toContain('open ');
});

test('--view gives no right to decide, and works at any time', async () => {
  const customer = await started();
  const before = opened((await ran(['link', customer, '--view'])).out);
  expect(before).toMatchObject({ page: 'r', scope: 'view' });
  expect(before).not.toHaveProperty('revision');
  await decideReview(environment.client, customer, { decision: 'reject', reviewer: 'm', revision: 0, comment: 'no' });
  await until(async () => (await onboardingStatus(environment.client, customer)).result);
  expect(await ran(['link', customer])).toMatchObject({
    code: 2,
    err: `The onboarding onboard-${customer} has ended: nobody has to act. To look at it: --view`,
  });
  expect(opened((await ran(['link', customer, '--view'])).out)).toMatchObject({ scope: 'view' });
  expect((await ran(['link', customer, '--view', '--for', 'review'])).code).toBe(2);
});

test('where nobody is waited for, it says so', async () => {
  const customer = await started({ stop: 'sleep' });
  const { code, out, err } = await ran(['link', customer]);
  expect(err).toBe(
    `onboard-${customer} waits for nobody who needs a page. Where it is: layers-onboarding status ${customer}`,
  );
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

test.each([
  [{}, ['ONBOARDING_PUBLIC_URL', 'ONBOARDING_LINK_SECRET']],
  [{ ONBOARDING_PUBLIC_URL: 'https://x.example' }, ['ONBOARDING_LINK_SECRET']],
])('without the variables of the gateway (%j): 78, and which', async (env, missing) => {
  const { code, err } = await ran(['link', 'nobody'], env);
  expect([...err.matchAll(/ONBOARDING_(PUBLIC_URL|LINK_SECRET) /g)].map(([name]) => name.trim())).toEqual(missing);
  expect(err).toContain('links need the same value as the gateway');
  expect(code).toBe(78);
});

test('variables that cannot be read take no link from the status, and the verb says what is wrong', async () => {
  const customer = await started();
  const env = { ...CONFIGURED, ONBOARDING_LINK_SECRET: 'short' };
  const shown = await ran(['status', customer], env);
  expect(shown.out).not.toContain('open ');
  expect(shown.code).toBe(3);
  expect(await ran(['link', customer], env)).toMatchObject({
    code: 78,
    err: expect.stringContaining('at least 32 characters') as string,
  });
});

test('all who are waited for get a page of their own', () => {
  const choices = [REVIEW.source!, { ...REVIEW.source!, tiktokVideoId: '7302' }];
  const view = viewOf(statusOf({ review: REVIEW, choices, steps: sourceWaits() }));
  const links = waitLinks(MAKER, view, NOW);
  expect(links.map(({ for: what, who, until }) => [what, who, until])).toEqual([
    ['review', 'the reviewer', REVIEW.deadline],
    ['choose', 'the reviewer', undefined],
    ['connect', 'the customer', '2026-05-26T14:00:00.000Z'],
  ]);
  expect(links.map(({ url }) => opened(url, NOW))).toMatchObject([
    { page: 'r', scope: 'decide', revision: 0 },
    { page: 'r', scope: 'choose' },
    { page: 'c', scope: 'connect' },
  ]);
  // Drawn again and again, the picture must stand still.
  expect(waitLinks(MAKER, view, NOW + 60_000)).toEqual(links);

  const page = Object.fromEntries(links.map(({ for: what, url }) => [what, url]));
  const frame = renderFrame(view, { now: NOW, links: page });
  expect(frame).toContain(`     open      ${page['choose']}`);
  expect(frame).toContain(`     send      ${page['connect']}`);
});

const sourceWaits = () =>
  statusOf().steps.map((step) => (step.step === 'source' ? { ...step, state: 'waiting' as const } : step));

test('nobody gets a page after the end, or as long as no worker tells', () => {
  expect(waitLinks(MAKER, finishedView(), NOW)).toEqual([]);
  expect(waitLinks(MAKER, viewOf(null), NOW)).toEqual([]);
});

// Last, since it takes the worker away.
test('no worker: 75, except for a page to look at', async () => {
  const customer = await started();
  await environment.stopWorker();
  const { code, out, err } = await ran(['link', customer]);
  expect(err).toBe(`no worker answers: nobody can tell what onboard-${customer} waits for.`);
  expect({ code, out }).toEqual({ code: 75, out: '' });
  expect(opened((await ran(['link', customer, '--view'])).out)).toMatchObject({ scope: 'view' });
});
