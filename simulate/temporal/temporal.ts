import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import type { Clock } from '../clock/clock';
import type { Pace } from './pace';

export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
export type Failure = temporal.api.failure.v1.IFailure;
export type Status = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'CONTINUED_AS_NEW';

/** How likely what the service and its workers do wrong is, each time that it could happen. */
export interface Faults {
  /** The worker dies when it has finished a workflow task, before the server hears of it. */
  crashInTask: number;
  /** The worker dies while an activity runs. */
  crashInActivity: number;
  /** An attempt has run, and the server hears nothing. */
  loseReport: number;
  /** A workflow leaves the cache, so that the next task replays all of it. */
  evict: number;
  /** An attempt that was to wait out its pause is handed out at once, as by a server that has died. */
  early: number;
  /** An attempt is handed out twice at the same time. */
  twice: number;
  /** The worker process stands still while an activity runs, and wakes up later. */
  freeze: number;
}

/** What client and server say of a workflow that is to be started. */
export interface StartOptions {
  workflowId: string;
  type: string;
  taskQueue: string;
  input: Payload[];
  memo?: Record<string, Payload>;
  attributes?: Record<string, Payload>;
}

export type Outcome = { success: Payload[] } | { failure: Failure };

/** By name, as a worker is given them. */
export type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

/** What the code of a worker process can know of its own life: a `Pulse`. */
export interface Living {
  /** The longest silence of the last seconds, in milliseconds; about a second for a process that lives. */
  silence(): number;
}

/** No such run, or it has ended: what a server answers with `NOT_FOUND`. */
export class NotFound extends Error {}

export interface WorldOfTemporal {
  clock: Clock;
  workflows: ReusableVMWorkflowCreator;
  /** Called for each worker process that starts: its activities by name, as after a rotation of the API key. */
  startWorker: (worker: Living) => Activities;
  /** Tasks per second that a task queue hands out; others are not limited. */
  rates: Record<string, number>;
  /** For activities that ask Temporal (`Context.current().client`). */
  client: () => Client;
  faults: Faults;
  /** By chance, where it is not given. */
  pace?: Pace;
  /** Events of a history after which the server suggests to continue in a new run; 4,096 on a real one. */
  nextRunAfter: number;
  log: (line: string) => void;
  /** A moment in which what a worker was told went no further; epoch milliseconds. */
  strike: (from: number, to: number) => void;
  /** The model or the product has failed: no plan allows it. */
  problem: (what: string) => void;
}
