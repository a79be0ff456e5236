import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { RefusedError } from '../../client/errors';
import { authorizeSocial, decideReview } from '../../client/messages';
import { onboardingWorkflowId } from '../../client/find';
import type { OnboardingView } from '../../client/view';
import { startOnboarding, type Started } from '../../starter';
import { readEnvFile } from '../../process';
import { reportError } from '../errors';
import { EXIT, type ExitCode } from '../exitCodes';
import { followOnboarding } from '../show/follow';
import { processIo, type Io } from '../io';
import { waitLinks } from '../links';
import { harmlessly, jsonText } from '../output';
import { localFolder } from '../running';
import { startLocalStack, type LocalStack } from './stack';
import type { Links } from '../show/commands';
import { sampleCustomer } from './sample';
import { askAboutConsent, askForDecision } from './questions';

interface Flags {
  json?: boolean;
  speed: number;
  fresh?: boolean;
}

/** The whole product on this machine: a Temporal server, the Layers sandbox, a worker, and the sample customer. */
async function demo(flags: Flags, io: Io): Promise<ExitCode> {
  const json = flags.json === true;
  // The person who is asked has to see the picture and the addresses above it.
  const asks = io.interactive && io.terminal && !json;
  const stack = await startLocalStack({
    ...{ env: io.env, folder: localFolder('demo'), speed: flags.speed, say: io.err },
    fresh: flags.fresh === true,
  });
  const detach = new AbortController();
  const interrupt = (): void => detach.abort();
  const stopListening = io.onInterrupt(interrupt);
  process.on('SIGTERM', interrupt);
  try {
    announce(stack, io);
    const started = await startSample(stack, flags.speed, io);
    const followed = await followOnboarding(stack.client, started.workflowId, {
      io,
      mode: json ? 'json' : io.terminal ? 'tty' : 'plain',
      signal: detach.signal,
      links: (view) => linksOf(stack, view),
      onCustomer: (view, signal) => connect(stack, view, asks ? interrupt : null, signal),
      onReview: (view, signal) => decide(stack, view, asks ? interrupt : null, signal),
    });
    if (followed.reason === 'detached') io.err('Stopped. `npm run demo` goes on where this one was.');
    // Prompts push the picture around: wipe what an old picture has left below the cursor.
    if (io.terminal) process.stdout.write('\x1b[J');
    await summarize(stack, io);
    if (json && followed.view?.result) io.out(jsonText(followed.view.result));
    else if (followed.reason === 'ended') await stayed(stack, asks, detach.signal, io);
    return followed.exitCode;
  } finally {
    stopListening();
    await stack.close();
  }
}

/** With a person at the terminal everything stays up to be looked at: the pages, the timeline, the ledger. */
async function stayed({ uiUrl, links }: LocalStack, asks: boolean, signal: AbortSignal, io: Io): Promise<void> {
  if (!asks) {
    if (uiUrl !== null) io.err('The demo ends here, and its Web UI and its pages with it.');
    return;
  }
  const alive = [uiUrl === null ? '' : `Web UI ${uiUrl}`, `pages ${links.publicUrl}`].filter(Boolean);
  io.err(`Everything stays up for you to look at: ${alive.join(', ')}.\nPress Enter to stop.`);
  const lines = createInterface({ input: process.stdin });
  await Promise.race(['line', 'close'].map((event) => once(lines, event, { signal }))).catch(() => undefined);
  lines.close();
}

function announce({ temporalAddress, uiUrl, sandbox, links, logFile }: LocalStack, io: Io): void {
  io.err(`Temporal   ${temporalAddress}${uiUrl === null ? '' : `   Web UI ${uiUrl}`}`);
  io.err(`Sandbox    ${sandbox.url}   ledger ${sandbox.url}/_sandbox/ledger`);
  io.err(`Pages      ${links.publicUrl}   review, account connection, webhooks`);
  io.err(`Worker     in this process, its log in ${logFile}`);
}

/** The pages of the reviewer and the customer, and how commands are typed so that they reach this stack. */
function linksOf({ uiUrl, namespace, temporalAddress, links }: LocalStack, view: OnboardingView): Links {
  const pages = waitLinks(links, view, Date.now());
  const page = (wait: string): string | undefined => pages.find((link) => link.for === wait)?.url;
  const [review, connect] = [page('review') ?? page('choose'), page('connect')];
  const usual = temporalAddress.endsWith(':7233');
  return {
    program: usual ? 'npm run cli --' : `TEMPORAL_ADDRESS=${temporalAddress} npm run cli --`,
    // A server of the reader's own keeps running, and has no Web UI that is known here.
    ...(uiUrl === null
      ? {}
      : { stopsToo: true, webUi: `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(view.workflowId)}` }),
    ...(review === undefined ? {} : { review }),
    ...(connect === undefined ? {} : { connect }),
  };
}

/** Goes on with the sample customer who is under way, else onboards the next: a finished onboarding stays finished. */
async function startSample(stack: LocalStack, speed: number, io: Io): Promise<Started> {
  for (let number = 1; ; number += 1) {
    const customer = number === 1 ? 'acme-coffee' : `acme-coffee-${number}`;
    const options = { taskQueue: stack.taskQueue };
    const started = await startOnboarding(stack.client, sampleCustomer(customer, Date.now(), speed), options);
    if (started.state === 'alreadyFinished') continue;
    const running = started.state === 'alreadyRunning';
    io.err(
      `${running ? 'Going on with' : 'Onboarding'} Acme Coffee as "${customer}" (${onboardingWorkflowId(customer)})\n`,
    );
    return started;
  }
}

/** What Ctrl-C in a question does; `null`: nobody is asked. */
type Asks = (() => void) | null;

/** Stands in for the customer: asks in a terminal, consents by itself without one. */
async function connect(stack: LocalStack, view: OnboardingView, asks: Asks, signal: AbortSignal): Promise<void> {
  if (asks !== null && !(await askAboutConsent(signal, asks))) return;
  const consent = await authorizeSocial(stack.client, { workflowId: view.workflowId }, { platform: 'tiktok' }).catch(
    (error: unknown) => {
      if (error instanceof RefusedError) return null; // the customer was faster, in a browser
      throw error;
    },
  );
  if (consent === null) return;
  const { authorizeUrl } = consent;
  const { origin, pathname, searchParams } = new URL(authorizeUrl);
  const body = new URLSearchParams({ state: searchParams.get('state') ?? '', decision: 'allow', handle: 'acmecoffee' });
  await fetch(`${origin}${pathname}`, { method: 'POST', body, redirect: 'manual', signal });
}

/** Stands in for the reviewer: asks in a terminal, approves by itself without one. */
async function decide(stack: LocalStack, view: OnboardingView, asks: Asks, signal: AbortSignal): Promise<void> {
  const review = view.status!.review!;
  const { revision } = review;
  const decision = asks
    ? await askForDecision(review, signal, asks)
    : { decision: 'approve' as const, reviewer: 'the demo', comment: 'Approved by the demo itself.' };
  if (decision === null || signal.aborted) return;
  await decideReview(stack.client, { workflowId: view.workflowId }, { ...decision, revision });
}

/** What was made at Layers according to the sandbox's ledger: each effect once. */
async function summarize({ sandbox }: LocalStack, io: Io): Promise<void> {
  const { effects, requests, posts } = (await (await fetch(`${sandbox.url}/_sandbox/summary`)).json()) as {
    effects: Record<string, number>;
    requests: { total: number; rateLimited: number };
    posts: { alive: number };
  };
  const count = (effect: string, one: string, many = `${one}s`): string =>
    `${effects[effect] ?? 0} ${effects[effect] === 1 ? one : many}`;
  const did = [
    count('project.created', 'project'),
    count('media.created', 'media file'),
    count('content.created', 'remix', 'remixes'),
    `${posts.alive} post${posts.alive === 1 ? '' : 's'} in the queue`,
  ];
  io.err(
    `The sandbox's ledger: ${did.join(', ')}, by ${requests.total} requests, ${requests.rateLimited} of them refused as too many.`,
  );
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (!(speed >= 1 && speed <= 1000)) throw new InvalidArgumentError('must be a number from 1 to 1000.');
  return speed;
}

async function main(): Promise<void> {
  const io = harmlessly(processIo());
  const program = new Command('npm run demo --')
    .description('Onboards the sample customer on this machine, against the Layers sandbox.')
    .option('--json', 'NDJSON instead of pictures; the last line is the result')
    .option('--speed <factor>', 'how much faster than Layers the sandbox is; 1 is real time', speedOf, 20)
    .option('--fresh', 'forget what earlier demos did')
    .exitOverride();
  try {
    program.parse();
    const envFile = readEnvFile();
    if (envFile !== null) io.err(`Settings   ${envFile.file}: ${envFile.variables.join(', ')}`);
    process.exitCode = await demo(program.opts<Flags>(), io);
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? (error.exitCode === 0 ? EXIT.ok : EXIT.usage) : reportError(error, io);
  }
}

// Not left to the event loop: a call that was given up may still be waiting for its next try.
void main().finally(() => process.exit());
