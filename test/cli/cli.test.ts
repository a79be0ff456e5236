import { spawn } from 'node:child_process';
import { followOnboarding } from '../../src/cli/show/follow';
import type { Io } from '../../src/cli/io';
import { run } from '../../src/cli/main';
import { onboardingStatus } from '../../src/client/view';
import { decideReview } from '../../src/client/messages';
import { startEnvironment, type Environment } from './fixtures/environment';
import { inputFor } from './fixtures/input';
import { fakeIo, type FakeIo } from './fixtures/io';
import { until } from './fixtures/until';

let environment: Environment;
beforeAll(async () => {
  environment = await startEnvironment();
});
afterAll(() => environment.stop());

type Files = Record<string, string>;

const terminal = (more: Partial<Io> & { files?: Files } = {}): FakeIo =>
  fakeIo({ env: { ONBOARDING_TASK_QUEUE: environment.taskQueue }, ...more });

const cli = (line: readonly string[], io: FakeIo): Promise<number> =>
  run(line, io, () =>
    Promise.resolve({ client: environment.client, connection: environment.connection, close: () => Promise.resolve() }),
  );

async function ran(line: readonly string[], more: Partial<Io> & { files?: Files } = {}) {
  const io = terminal(more);
  const code = await cli(line, io);
  return { code, out: io.stdout.join('\n'), err: io.stderr.join('\n') };
}

/** Starts one with the CLI and waits until it is where the stand-in stops. */
async function started(metadata: Record<string, unknown> = {}): Promise<string> {
  const input = inputFor(metadata);
  const { customerExternalId } = input.project;
  const { code, out } = await ran(['start', '-'], { files: { '-': JSON.stringify(input) } });
  expect({ code, out }).toEqual({
    code: 0,
    out: `Started onboard-${customerExternalId}.\nNext: layers-onboarding watch onboard-${customerExternalId}`,
  });
  await until(async () => {
    const { status, execution } = await onboardingStatus(environment.client, customerExternalId);
    return metadata['stop'] === 'sleep'
      ? status !== null
      : execution !== 'running' || (status?.attention ?? 'none') !== 'none';
  });
  return customerExternalId;
}

test('setup says that everything is there', async () => {
  const { code, out } = await ran(['setup']);
  expect(out).toContain('has all 10');
  expect(code).toBe(0);
});

test('start twice finds the running one, and says that the input differs', async () => {
  const input = inputFor({ stop: 'sleep' });
  const text = (tagline?: string): string =>
    JSON.stringify({ project: { ...input.project, ...(tagline && { tagline }) } });
  const first = await ran(['start', 'a.json', '--json'], { files: { 'a.json': text() } });
  expect(JSON.parse(first.out)).toMatchObject({ state: 'started', inputDiffers: false });
  const second = await ran(['start', 'a.json'], { files: { 'a.json': text('another one') } });
  expect(second.out).toContain('is running already; nothing was started.');
  expect(second.err).toContain('Its input is another one than this; nothing was changed.');
  expect(second.code).toBe(0);
});

test('start --wait --until review ends with 3, approve with what was seen, watch with 0', async () => {
  const input = inputFor();
  const customer = input.project.customerExternalId;
  const waited = await ran(['start', '-', '--wait', '--until', 'review'], { files: { '-': JSON.stringify(input) } });
  expect(waited.out).toMatch(/^\d\d:\d\d:\d\dZ c-\w+ create project done prj_1 \(\d\.\ds\)$/m);
  expect(waited.out).toContain(`approve it: layers-onboarding approve ${customer}`);
  expect(waited.code).toBe(3);
  expect((await ran(['status', customer])).code).toBe(3);

  const approved = await ran(['approve', customer, '--comment', 'Lovely']);
  expect(approved.err).toContain('Acting as "lea", the user name on this machine.');
  expect(approved.out).toBe(`Approved round 1 of Acme Coffee as lea.\nNext: layers-onboarding watch ${customer}`);
  expect(approved.code).toBe(0);

  const watched = await ran(['watch', customer, '--json']);
  const last = JSON.parse(watched.out.split('\n').at(-1) ?? '') as unknown;
  expect(last).toMatchObject({ outcome: 'ready', result: { review: { reviewer: 'lea', comment: 'Lovely' } } });
  expect(watched.code).toBe(0);

  const again = await ran(['start', '-'], { files: { '-': JSON.stringify(input) } });
  expect(again.err).toContain('has finished already; nothing was started.');
  expect(again.out).toContain('✔ Ready: approved, nothing is scheduled');
  expect(again.code).toBe(0);
});

test('a rejected one ends with 6, and start --again begins anew', async () => {
  const customer = await started();
  expect((await ran(['reject', customer, '--comment', 'Not our tone', '--by', 'maria'])).code).toBe(0);
  const watched = await ran(['watch', customer]);
  expect(watched.out).toContain('rejected by maria');
  expect(watched.out).toContain('To try again: layers-onboarding start FILE --again');
  expect(watched.code).toBe(6);

  const text = JSON.stringify(inputFor({}, customer));
  expect((await ran(['start', '-'], { files: { '-': text } })).code).toBe(6);
  const again = await ran(['start', '-', '--again'], { files: { '-': text } });
  expect(again.out).toContain(`Started onboard-${customer}.`);
});

test('a decision that comes late is refused, with what is current', async () => {
  const customer = await started();
  const stale = await ran(['approve', customer, '--revision', '3', '--by', 'x']);
  expect(stale.err).toContain('Refused: The current revision is 0.');
  expect(stale.err).toContain('⏸ Review');
  expect(stale.code).toBe(2);

  await ran(['request-changes', customer, '--comment', 'too dark', '--slides', '2, 4', '--by', 'maria']);
  const late = await ran(['approve', customer, '--by', 'x']);
  expect(late.err).toMatch(/Refused: (maria has decided already|The onboarding \S+ has ended)/);
  expect(late.code).toBe(2);
});

test('slides are counted from 1, and only those that there are', async () => {
  const customer = await started();
  const none = await ran(['request-changes', customer, '--comment', 'x', '--slides', '2,5']);
  expect(none.err).toContain('There is no slide 5: the post has 4.');
  expect(none.code).toBe(2);
  expect((await ran(['request-changes', customer, '--comment', 'x', '--slides', '0'])).code).toBe(2);
  const { client } = environment;
  await ran(['request-changes', customer, '--comment', 'too dark', '--slides', '2,4']);
  const view = await until(async () => {
    const seen = await onboardingStatus(client, customer);
    return seen.result === null ? null : seen;
  });
  expect(view.result?.review?.slides).toEqual([
    { index: 1, note: 'too dark' },
    { index: 3, note: 'too dark' },
  ]);
});

test('blocked: 4, and retry resumes the only blocked step', async () => {
  const customer = await started({ stop: 'blocked' });
  const status = await ran(['status', customer]);
  expect(status.out).toContain('BLOCKED  BILLING_EXHAUSTED (HTTP 402)');
  expect(status.code).toBe(4);
  expect((await ran(['watch', customer, '--until', 'review'])).code).toBe(4);

  const retried = await ran(['retry', customer, '--input', '{"appMedia":[]}', '--reason', 'topped up']);
  expect(retried.out).toContain('Tries again: media. Completed steps are kept.');
  expect(retried.code).toBe(0);
  const { status: now } = await onboardingStatus(environment.client, customer);
  expect(now?.notes).toEqual(['retry media by lea {"appMedia":[]}']);
  const nothing = await ran(['retry', customer]);
  expect(nothing.err).toContain('Nothing is blocked.');
  expect(nothing.code).toBe(2);
});

test('several blocked items are listed; one is named, or skipped', async () => {
  const customer = await started({ stop: 'blocked', items: ['logo', 'screenshot 1'] });
  const which = await ran(['retry', customer]);
  expect(which.err).toContain(
    'Several steps are blocked. Name one of these:\n  --step media --item logo   BILLING_EXHAUSTED (HTTP 402)\n',
  );
  expect(which.code).toBe(2);
  expect((await ran(['skip', customer, '--item', 'logo'])).out).toContain('Skipped: media (logo).');
  expect((await ran(['retry', customer])).out).toContain('Tries again: media (screenshot 1).');
});

test('abort and cancel say what they do, and need a yes', async () => {
  const blocked = await started({ stop: 'blocked' });
  const unsure = await ran(['abort', blocked]);
  expect(unsure.err).toContain('- the project prj_1 is kept, unless the input says "onCancel": "archive"');
  expect(unsure.err).toContain('There is no terminal to ask: confirm with --yes.');
  expect(unsure.code).toBe(2);
  const no = await ran(['abort', blocked], { interactive: true, confirm: () => Promise.resolve(false) });
  expect(no).toMatchObject({ code: 2, err: expect.stringContaining('Nothing was changed.') as string });
  expect((await ran(['abort', blocked, '--yes'])).code).toBe(0);
  const aborted = await ran(['watch', blocked]);
  expect(aborted.out).toContain('media: given up');
  expect(aborted.code).toBe(1);

  const running = await started({ stop: 'sleep' });
  expect((await ran(['cancel', running])).code).toBe(2);
  const cancelled = await ran(['cancel', running], { interactive: true, confirm: () => Promise.resolve(true) });
  expect(cancelled.out).toContain(`Cancelling onboard-${running}; it cleans up and then ends.`);
  const watched = await ran(['watch', running]);
  expect(watched.out).toContain('✖ Cancelled');
  expect(watched.code).toBe(1);
  expect((await ran(['cancel', running, '--yes'])).err).toContain('has ended (cancelled).');
});

test('an invalid input of another SDK: the problems, 1', async () => {
  const customer = await started({ stop: 'invalid' });
  const { code, out } = await ran(['status', customer]);
  expect(out).toContain('project.timezone: is no IANA time zone');
  expect(code).toBe(1);
});

test('list filters, and retry --all resumes what waits for one cause', async () => {
  const customers = [
    await started({ stop: 'blocked' }),
    await started({ stop: 'blocked', items: ['logo', 'end-card'] }),
  ];
  const listed = await until(async () => {
    const seen = await ran(['list', '--error', 'BILLING_EXHAUSTED', '--attention', 'operator']);
    return customers.every((customer) => seen.out.includes(customer)) ? seen : null;
  });
  expect(listed.out).toMatch(/^CUSTOMER +STAGE +WAITS FOR +SINCE +BLOCKED BY +MODE +WORKFLOW$/m);
  expect(listed.out).toMatch(
    new RegExp(`^Acme Coffee +validate +operator +\\d+s +BILLING_EXHAUSTED +- +onboard-${customers[0]}$`, 'm'),
  );
  const { onboardings } = JSON.parse((await ran(['list', '--json', '--limit', '1000'])).out) as {
    onboardings: { workflowId: string }[];
  };
  expect(onboardings.map(({ workflowId }) => workflowId)).toEqual(
    expect.arrayContaining(customers.map((customer) => `onboard-${customer}`)),
  );

  const all = await ran(['retry', '--all', '--error', 'BILLING_EXHAUSTED', '--by', 'ops']);
  expect(all.out).toMatch(/^3 steps of \d+ onboardings blocked by BILLING_EXHAUSTED try again\.$/m);
  expect(all.code).toBe(0);
  for (const customer of customers) {
    const { status } = await onboardingStatus(environment.client, customer);
    expect(status?.blocked).toEqual([]);
  }
  await until(async () =>
    (await ran(['retry', '--all', '--error', 'BILLING_EXHAUSTED'])).out.startsWith('No onboarding is blocked'),
  );
});

test('Ctrl-C detaches with 130 and leaves the onboarding alone', async () => {
  const customer = await started({ stop: 'sleep' });
  const io = terminal({ terminal: true });
  const watching = cli(['watch', customer], io);
  await until(() => Promise.resolve(io.frames.some((frame) => frame.includes('Ctrl-C detaches'))));
  io.interrupt();
  expect(await watching).toBe(130);
  expect(io.stderr.join('\n')).toContain('Detached. The onboarding keeps running');
  expect(io.frames.at(-1)).toContain(`Next: nothing to do. Follow it: layers-onboarding watch ${customer}`);
  expect((await onboardingStatus(environment.client, customer)).execution).toBe('running');
});

test('who follows is asked once at the review, and no longer when it is decided elsewhere', async () => {
  const customer = await started();
  const asked: boolean[] = [];
  const followed = await followOnboarding(environment.client, `onboard-${customer}`, {
    io: terminal({ terminal: true }),
    mode: 'tty',
    pollMs: 50,
    onReview: async (view, signal) => {
      await decideReview(environment.client, view.workflowId, { decision: 'approve', reviewer: 'page', revision: 0 });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      asked.push(signal.aborted);
    },
  });
  expect(followed).toMatchObject({ reason: 'ended', exitCode: 0, view: { result: { outcome: 'ready' } } });
  await until(() => Promise.resolve(asked.length > 0));
  expect(asked).toEqual([true]);
});

test('as a process: not found is 2, and TEMPORAL_ADDRESS is obeyed', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'status', 'nobody'], {
    env: { ...process.env, TEMPORAL_ADDRESS: environment.address, TEMPORAL_NAMESPACE: environment.namespace },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = async (stream: NodeJS.ReadableStream): Promise<string> => {
    let all = '';
    for await (const chunk of stream) all += String(chunk);
    return all;
  };
  const [code, out, err] = await Promise.all([
    new Promise((resolve) => child.once('exit', resolve)),
    text(child.stdout),
    text(child.stderr),
  ]);
  expect(err).toContain('There is no onboarding of the customer "nobody"');
  expect(out).toBe('');
  expect(code).toBe(2);
});

// Last, since it takes the worker away.
test('no worker: 75, what the server knows, and no decision', async () => {
  const customer = await started({ stop: 'blocked' });
  await until(async () => (await onboardingStatus(environment.client, customer)).server.attention === 'operator');
  await environment.stopWorker();
  const [status, followed] = await Promise.all([
    ran(['status', customer]),
    followOnboarding(environment.client, `onboard-${customer}`, { io: terminal(), mode: 'plain', patienceMs: 1 }),
  ]);
  expect(status.out).toContain('This is what the Temporal server knows by itself');
  expect(status.out).toContain('errors    BILLING_EXHAUSTED');
  expect(status.code).toBe(75);
  expect(followed).toMatchObject({ exitCode: 75, reason: 'silent' });
});
