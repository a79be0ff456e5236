import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { commandLine, shellWord } from '../contract/commands';
import { SERVER_MS } from './errors';

/** Why a running onboarding gives no status, and what makes it give one. */
export interface Silence {
  why: string;
  /** What to do about it, as it stands in a sentence after "Next:"; `null`: only to try again. */
  fix: string | null;
}

/** Said where no worker answers, as far as the server can tell. */
export const NO_WORKER = 'no worker answers';

/** A workflow task is tried once, and a second time when a worker dies over it; what is tried more often fails. */
const FAILING_ATTEMPT = 3;
/** The last events, among which the failure stands. */
const LAST_EVENTS = 5;

/**
 * Asked when the query had no answer though the server answers. Three things look alike from outside: no worker polls the
 * task queue; those that do are of a version that the server hands nothing to; or the workflow task fails each time, which
 * the server says by itself for a while (`isFailing`).
 */
export async function whySilent(
  client: Client,
  description: WorkflowExecutionDescription,
  isFailing = false,
): Promise<Silence> {
  const { taskQueue, workflowId, raw } = description;
  try {
    return await client.withDeadline(Date.now() + SERVER_MS, async () => {
      const idle = await idleVersion(client, description);
      if (idle !== null) return notCurrent(idle);
      if (!isFailing && (raw.pendingWorkflowTask?.attempt ?? 0) < FAILING_ATTEMPT) return noWorker(taskQueue);
      const cause = await lastFailure(client, description);
      const show = `temporal workflow show --workflow-id ${shellWord(workflowId)}`;
      return {
        why: `its workflow task fails again and again${cause === null ? '' : `: ${cause}`}`,
        fix: `read the worker's log and \`${show}\`, deploy a build that can go on with it (docs/changing-the-workflow.md)`,
      };
    });
  } catch {
    return noWorker(taskQueue); // what the server does not tell, perhaps for want of rights
  }
}

const noWorker = (taskQueue: string): Silence => ({
  why: NO_WORKER,
  fix: `start a worker on the task queue "${taskQueue}" (npm run worker)`,
});

interface Version {
  deploymentName: string;
  buildId: string;
}

const notCurrent = ({ deploymentName, buildId }: Version): Silence => ({
  why: `a worker of build "${buildId}" polls, but its version is not current, so that the server hands it nothing`,
  fix: commandLine(
    'temporal',
    'worker deployment set-current-version',
    [],
    [...['--deployment-name', shellWord(deploymentName)], ...['--build-id', shellWord(buildId)]],
  ),
});

/** The version of a worker that polls while none of the version does that this run is handed to. */
async function idleVersion(client: Client, { taskQueue, raw }: WorkflowExecutionDescription): Promise<Version | null> {
  const { pollers, versioningInfo } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const { WORKER_VERSIONING_MODE_VERSIONED: versioned } = temporal.api.enums.v1.WorkerVersioningMode;
  const polling = (pollers ?? []).map(({ deploymentOptions }) =>
    deploymentOptions?.workerVersioningMode === versioned ? versionOf(deploymentOptions) : null,
  );
  const wanted = [
    raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion,
    versioningInfo?.currentDeploymentVersion,
    versioningInfo?.rampingDeploymentVersion,
  ].map(versionOf);
  const isServed = polling.some((one) => wanted.some((other) => isSame(one, other)));
  return isServed ? null : (polling.find((one) => one !== null) ?? null);
}

const versionOf = (version: Partial<Record<keyof Version, string | null>> | null | undefined): Version | null =>
  version?.deploymentName && version.buildId
    ? { deploymentName: version.deploymentName, buildId: version.buildId }
    : null;

/** Two that are no version are the same, too: a worker without versioning serves where none is current. */
const isSame = (one: Version | null, other: Version | null): boolean =>
  one?.deploymentName === other?.deploymentName && one?.buildId === other?.buildId;

/** What the last failed workflow task said. */
async function lastFailure(
  client: Client,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<string | null> {
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: LAST_EVENTS,
  });
  const failed = history?.events?.find((event) => event.workflowTaskFailedEventAttributes);
  return failed?.workflowTaskFailedEventAttributes?.failure?.message || null;
}
