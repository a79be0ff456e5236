import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
  type ActivityInterfaceFor,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { RetryPolicy } from '@temporalio/common';
import type { Caller, Local, Reads, Starts, Writes } from '../contract/activities';
import { bucketQueue } from '../contract/queues';

type Activities = Reads & Writes & Starts;
type Args<K extends keyof Activities> = Omit<Parameters<Activities[K]>[0], 'as'>;
type Answer<K extends keyof Activities> = Awaited<ReturnType<Activities[K]>>;

export interface CallOptions {
  /** One line for the Web UI's timeline; plain text, no personal data. */
  summary: string;
  /** A value of `PRIORITY`. */
  priority: number;
  /** How long the call may take with all its retries. */
  within?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 3_600 * SECOND;

/** The first retry comes soon, since most trouble is a restart or a hiccup; then Layers gets room. */
const retry: RetryPolicy = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1 minute' };

/** Requests heartbeat every 5 s, so that one whose worker died is noticed long before its own time-out. */
const heartbeatTimeout = '12s';

/**
 * The Layers API as the workflow calls it: one activity per endpoint, each on the task queue of its rate-limit bucket.
 * Writes are waited for on cancellation, since one that returns at once loses its id although its effect lands; and
 * they give up after 23 hours, because idempotency keys die after 24.
 */
export class Api {
  private readonly reads: ActivityInterfaceFor<Reads>;
  private readonly writes: ActivityInterfaceFor<Writes>;
  private readonly starts: ActivityInterfaceFor<Starts>;
  /** Epoch milliseconds after which no call is tried any more: clean-up takes its time, but not for ever. */
  until: number | null = null;
  readonly local = proxyLocalActivities<Local>({ startToCloseTimeout: '10s', scheduleToCloseTimeout: '10 minutes' });

  constructor(private readonly caller: () => Caller) {
    const { taskQueue } = workflowInfo();
    const write: ActivityOptions = {
      startToCloseTimeout: '40s',
      scheduleToCloseTimeout: '23 hours',
      heartbeatTimeout,
      retry,
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    };
    this.reads = proxyActivities<Reads>({
      taskQueue: bucketQueue(taskQueue, 'reads'),
      startToCloseTimeout: '30s',
      scheduleToCloseTimeout: '24 hours',
      heartbeatTimeout,
      retry,
      cancellationType: ActivityCancellationType.TRY_CANCEL,
    });
    this.writes = proxyActivities<Writes>({ ...write, taskQueue: bucketQueue(taskQueue, 'writes') });
    this.starts = proxyActivities<Starts>({ ...write, taskQueue: bucketQueue(taskQueue, 'starts') });
  }

  read<K extends keyof Reads>(name: K, args: Args<K>, options: CallOptions): Promise<Answer<K>> {
    return this.call(this.reads, name, args, options);
  }

  /** Layers downloads an asset during the request, so an upload may take minutes. */
  write<K extends keyof Writes>(name: K, args: Args<K>, options: CallOptions): Promise<Answer<K>> {
    const more: Partial<ActivityOptions> = name === 'uploadAppMedia' ? { startToCloseTimeout: '6 minutes' } : {};
    return this.call(this.writes, name, args, options, more);
  }

  start<K extends keyof Starts>(name: K, args: Args<K>, options: CallOptions): Promise<Answer<K>> {
    return this.call(this.starts, name, args, options);
  }

  private call<K extends keyof Activities>(
    proxy: Pick<ActivityInterfaceFor<Activities>, never>,
    name: K,
    args: Args<K>,
    { summary, priority, within }: CallOptions,
    more: Partial<ActivityOptions> = {},
  ): Promise<Answer<K>> {
    const as = this.caller();
    const left = this.until === null ? within : Math.max(this.until - Date.now(), MINUTE);
    const options = {
      ...more,
      ...(left === undefined ? {} : { scheduleToCloseTimeout: left }),
      summary,
      priority: { priorityKey: priority, ...(as.organizationId === null ? {} : { fairnessKey: as.organizationId }) },
    };
    const activity = (proxy as Record<string, { executeWithOptions(o: object, a: unknown[]): Promise<unknown> }>)[name];
    return activity!.executeWithOptions(options, [{ as, ...args }]) as Promise<Answer<K>>;
  }
}

/** Room for a waiting read to notice its deadline by itself, rather than being cut off by the server. */
export const beyondDeadline = (deadlineMs: number): number => deadlineMs + HOUR / 6;
