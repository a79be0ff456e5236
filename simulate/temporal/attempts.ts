import { defaultFailureConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { LoggerWithComposedMetadata } from '@temporalio/common/lib/logger';
import { noopMetricMeter } from '@temporalio/common/lib/metrics';
import type { coresdk } from '@temporalio/proto';
import { Activity } from '@temporalio/worker/lib/activity';
import type { Client } from '@temporalio/client';
import { decode, encode } from './payloads';
import type { WorkerProcess } from './worker';

export type Report = coresdk.activity_result.IActivityExecutionResult;

/** What an attempt is told of itself. */
export interface AttemptInfo {
  attempt: number;
  activityId: string;
  activityType: string;
  taskQueue: string;
  workflowType: string;
  workflowExecution: { workflowId: string; runId: string };
  /** Epoch milliseconds, by the server. */
  scheduledTimestampMs: number;
  currentAttemptScheduledTimestampMs: number;
  heartbeatTimeoutMs: number | undefined;
  startToCloseTimeoutMs: number;
  scheduleToCloseTimeoutMs: number;
  heartbeatDetails: Payload | null;
}

const converter = {
  payloadConverter: defaultPayloadConverter,
  failureConverter: defaultFailureConverter,
  payloadCodecs: [],
};
const nobody = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
const logger = LoggerWithComposedMetadata.compose(nobody, {});

/** Which attempt a request is made by, for whoever carries it: keyed by the context of the activity. */
export const attemptOf = new WeakMap<object, Attempt>();

/** One attempt of an activity, run by the SDK's own `Activity` within one worker process. */
export class Attempt {
  private readonly activity: Activity;
  /** Core tells of a cancel once. */
  private isTold = false;
  private isOver = false;

  constructor(
    readonly worker: WorkerProcess,
    info: AttemptInfo,
    client: Client,
    onHeartbeat: (attempt: Attempt, details: Payload) => void,
  ) {
    const { activityType, workflowExecution, activityId } = info;
    const more = {
      ...{ isLocal: false, inWorkflow: true, taskToken: Buffer.from('task'), base64TaskToken: 'task' },
      ...{ activityNamespace: 'default', workflowNamespace: 'default', namespace: 'default' },
      heartbeatDetails: decode(info.heartbeatDetails),
    };
    const { workflowId } = workflowExecution;
    this.activity = new Activity(
      { ...info, ...more } as never,
      worker.activities[activityType] as never,
      converter,
      { type: 'activity', namespace: 'default', activityId, workflowId, isLocal: false },
      undefined,
      (details) => onHeartbeat(this, encode(details)),
      client,
      logger,
      noopMetricMeter,
      [],
    );
    attemptOf.set(this.activity.context, this);
  }

  /** Nothing that it does from now on goes anywhere. */
  get isDead(): boolean {
    return this.worker.isDead;
  }

  get isFrozen(): boolean {
    return this.worker.isFrozen;
  }

  /** Resolves when its process runs. */
  get awake(): Promise<void> {
    return this.worker.awake();
  }

  /** Ends by itself; `isOver` before that for whoever hears of a cancel too late. */
  async run(input: Payload[]): Promise<Report> {
    const report = await this.activity.run({ args: input.map(decode), headers: {} });
    this.isOver = true;
    return report;
  }

  /** The server has said, with the answer to a heartbeat, that this attempt is not wanted any more. */
  cancel(reason: 'CANCELLED' | 'NOT_FOUND'): void {
    if (this.isTold || this.isOver) return;
    this.isTold = true;
    const details = { cancelRequested: reason === 'CANCELLED', notFound: reason === 'NOT_FOUND' };
    this.activity.cancel(reason, details as never);
  }
}

/** A local activity, which knows of a client and of whose it is; it has no heartbeats. */
export async function runLocally(
  worker: WorkerProcess,
  local: coresdk.workflow_commands.IScheduleLocalActivity,
  { workflowId, runId, taskQueue }: { workflowId: string; runId: string; taskQueue: string },
  client: Client,
): Promise<Payload> {
  const activityType = local.activityType!;
  const run = worker.activities[activityType];
  if (run === undefined) throw new Error(`The worker has no local activity ${activityType}.`);
  const ids = { activityId: local.activityId!, activityType, taskQueue, workflowExecution: { workflowId, runId } };
  const activity = new Activity(
    { ...ids, isLocal: true, inWorkflow: true, attempt: 1, namespace: 'default' } as never,
    undefined, // given below, since its answer goes nowhere encoded
    converter,
    { type: 'activity', namespace: 'default', activityId: ids.activityId, workflowId, isLocal: true },
    undefined,
    () => undefined,
    client,
    logger,
    noopMetricMeter,
    [],
  );
  const args = ((local.arguments ?? []) as Payload[]).map(decode);
  return encode(await activity.runNoEncoding(run as never, { args, headers: {} }));
}
