import { join, relative } from 'node:path';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { defaultWorkflowCode, leanBundle } from '../../../worker/workflowCode';

/** Large and native, and no other verb needs it: loaded when it is used. */
const sdk = () => import('@temporalio/worker');

/** One history, and why it does not replay; `null` when it does. */
export interface Replayed {
  workflowId: string;
  runId: string;
  reason: string | null;
}

/** The workflow code of this build, bundled. */
export interface ReplayCode {
  workflowBundle: { codePath: string } | { code: string };
  /** Where it comes from, for people. */
  from: string;
}

const fromProject = (path: string): string => relative(join(__dirname, '../../../..'), path);

/** What a build carries; in a checkout, what the sources bundle to. */
export async function replayCode(): Promise<ReplayCode> {
  const { bundleWorkflowCode, DefaultLogger } = await sdk();
  const { workflowBundle, workflowsPath } = defaultWorkflowCode();
  if (workflowBundle !== undefined && 'codePath' in workflowBundle)
    return { workflowBundle, from: fromProject(workflowBundle.codePath) };
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflowsPath!,
    logger: new DefaultLogger('ERROR'),
    ...leanBundle,
  });
  return { workflowBundle: { code }, from: fromProject(workflowsPath!) };
}

/** Replays one history after the other. No server and no other worker is involved. */
export async function* replayAll(
  { workflowBundle }: ReplayCode,
  histories: AsyncIterable<HistoryAndWorkflowId>,
): AsyncGenerator<Replayed> {
  const { Worker } = await sdk();
  await silence();
  for await (const { workflowId, runId, error } of Worker.runReplayHistories({ workflowBundle }, histories))
    yield { workflowId, runId, reason: error === undefined ? null : reasonOf(error.message) };
}

/** The SDK's log would only repeat the report, and its signal handlers would keep Ctrl-C from ending the process. */
async function silence(): Promise<void> {
  const { DefaultLogger, Runtime } = await sdk();
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => undefined),
      shutdownSignals: [],
      telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    });
  } catch (error) {
    if ((error as Error).name !== 'IllegalStateError') throw error; // a process with workers has installed its own
  }
}

/** The SDK reports nested structures; the sentence that says what differs is the innermost message. */
function reasonOf(message: string): string {
  const [, quoted] = /\bmessage: ("(?:[^"\\]|\\.)*")/.exec(message) ?? [];
  if (quoted === undefined) return message;
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1); // Rust escapes a few characters in ways that JSON does not know
  }
}
