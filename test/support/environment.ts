import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { pino } from 'pino';
import type { OnboardingInput } from '../../src/contract/input';
import { ONBOARD_CUSTOMER, status as statusQuery } from '../../src/contract/messages';
import type { Notifier } from '../../src/contract/notifications';
import type { OnboardingStatus } from '../../src/contract/status';
import {
  startSandbox,
  type EffectEntry,
  type RequestEntry,
  type Sandbox,
  type SandboxOptions,
} from '../../src/sandbox';
import { targetAt } from '../../src/temporal/connect';
import { startWorker, type OnboardingWorker } from '../../src/worker';
import { FAST_SANDBOX } from './inputs';
import './quiet';

export const temporalAddress = (): string => process.env.TEST_TEMPORAL_ADDRESS!;
export const workflowBundle = (): string => process.env.TEST_WORKFLOW_BUNDLE!;

export interface StackOptions {
  sandbox?: SandboxOptions;
  apiKey?: string;
  notifier?: Notifier;
  /** A server of the test's own, for tests that kill it. */
  temporalAddress?: string;
  /** A worker in a process of its own, for tests that kill it, is started by the test. */
  worker?: false;
}

/** A sandbox and a worker of a test file's own, on the suite's Temporal server. */
export interface Stack {
  client: Client;
  sandbox: Sandbox;
  taskQueue: string;
  start(input: unknown, workflowId?: string): Promise<WorkflowHandle>;
  startWorker(more?: { apiKey?: string; layersUrl?: string }): Promise<OnboardingWorker>;
  close(): Promise<void>;
}

/** `perMinute` is the partner tier's: tests are about the flow, and the limits have tests of their own. */
export async function openStack(options: StackOptions = {}): Promise<Stack> {
  const taskQueue = `test-${randomUUID().slice(0, 8)}`;
  const target = targetAt(options.temporalAddress ?? temporalAddress());
  const sandbox = await startSandbox({ durations: FAST_SANDBOX, tier: 'partner', ...options.sandbox });
  const connection = await Connection.connect({
    address: target.address,
    channelArgs: { 'grpc.max_reconnect_backoff_ms': 500 },
  });
  const client = new Client({ connection });
  const workers: OnboardingWorker[] = [];
  const stack: Stack = {
    client,
    sandbox,
    taskQueue,
    start: (input, workflowId) =>
      client.workflow.start(ONBOARD_CUSTOMER, {
        workflowId: workflowId ?? `onboard-${(input as OnboardingInput).project.customerExternalId}`,
        taskQueue,
        args: [input],
      }),
    async startWorker({ apiKey = options.apiKey ?? 'lp_test_suite', layersUrl = sandbox.url } = {}) {
      const worker = await startWorker({
        target,
        layers: { baseUrl: layersUrl, apiKey },
        logger: pino({ level: 'silent' }),
        taskQueue,
        defaultReturnUrl: 'http://127.0.0.1:3000/c/return',
        notifier: options.notifier ?? null,
        workflowCode: { workflowBundle: { codePath: workflowBundle() } },
      });
      workers.push(worker);
      return worker;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.shutdown()));
      await connection.close();
      await sandbox.close();
    },
  };
  if (options.worker !== false) await stack.startWorker();
  return stack;
}

/** A stack for the tests of the block that calls this: opened before the first of them, closed after the last. */
export function withStack(options: StackOptions = {}): Stack {
  let opened: Stack | undefined;
  beforeAll(async () => {
    opened = await openStack(options);
  });
  afterAll(() => opened?.close());
  const stack = (): Stack => {
    if (opened === undefined) throw new Error('The stack opens before the tests, not before their descriptions.');
    return opened;
  };
  return {
    get client() {
      return stack().client;
    },
    get sandbox() {
      return stack().sandbox;
    },
    get taskQueue() {
      return stack().taskQueue;
    },
    start: (...args) => stack().start(...args),
    startWorker: (...args) => stack().startWorker(...args),
    close: () => stack().close(),
  };
}

/** So long a condition may take on a machine that has much to do. */
export const WITHIN_MS = 90_000;

/** Waits for a condition, never for a time; says what was seen last when it does not come. */
export async function until<T>(
  look: () => Promise<T | undefined | false>,
  withinMs = WITHIN_MS,
  what = 'the condition',
): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  // Soon at first, then less often: many tests wait at the same time.
  for (let pauseMs = 40; ; pauseMs = Math.min(pauseMs * 1.3, 200)) {
    const seen = await look().catch((error: unknown) => void (last = error));
    if (seen !== undefined && seen !== false) return seen as T;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${withinMs} ms`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** The status once it satisfies a condition. */
export function untilStatus(
  handle: WorkflowHandle,
  wanted: (status: OnboardingStatus) => boolean,
  withinMs = WITHIN_MS,
): Promise<OnboardingStatus> {
  let last: OnboardingStatus | undefined;
  return until(
    async () => {
      last = await handle.query(statusQuery);
      return wanted(last) && last;
    },
    withinMs,
    'the status',
  ).catch((error: unknown) => {
    throw new Error(`last status: ${JSON.stringify(last, null, 1)}`, { cause: error });
  });
}

export const underReview = (status: OnboardingStatus): boolean =>
  status.review !== null && status.review.decision === undefined;

/** What the sandbox did, by kind: `post.created`, `job.started`, … */
export const effects = (sandbox: Sandbox, effect: string, customer?: string): EffectEntry[] =>
  sandbox
    .ledger()
    .filter((entry): entry is EffectEntry => entry.type === 'effect' && entry.effect === effect)
    .filter((entry) => customer === undefined || entry.customerExternalId === customer);

export const requests = (sandbox: Sandbox, method: string, path: RegExp): RequestEntry[] =>
  sandbox
    .ledger()
    .filter(
      (entry): entry is RequestEntry => entry.type === 'request' && entry.method === method && path.test(entry.path),
    );

/** A customer's consent, as the form of the sandbox's consent page gives it. */
export async function consent(authorizeUrl: string, decision: 'allow' | 'deny' = 'allow'): Promise<void> {
  const url = new URL(authorizeUrl);
  const body = new URLSearchParams({ state: url.searchParams.get('state')!, decision });
  const response = await fetch(`${url.origin}${url.pathname}`, { method: 'POST', body, redirect: 'manual' });
  if (response.status !== 303) throw new Error(`consent: ${response.status}`);
}
