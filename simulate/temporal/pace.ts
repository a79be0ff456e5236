import type { Clock } from '../clock/clock';

/** How long it takes from one thing to the next between the server and its workers, in milliseconds. */
export interface Pace {
  /** From a workflow task's being due to its start; `isLost`: no worker has the workflow in its cache. */
  toTask(run: Paced, isLost: boolean): number;
  /** From what a workflow task has decided last to the moment at which the server has it. */
  toDecision(run: Paced): number;
  /** From a timer's start to its end, where `ms` are asked for. */
  toTimer(run: Paced, timerId: string, ms: number): number;
  /** From a parent's decision to the child's start. */
  toChild(parent: Paced, workflowId: string): number;
}

/** What a pace may depend on: whose it is. */
interface Paced {
  readonly runId: string;
}

/** So long the server waits for the worker that has a workflow in its cache (`stickyQueueScheduleToStartTimeout`). */
const STICKY_MS = 1_000;

/** As a seed has it: nothing is late but what travels. */
export const paceByChance = ({ random }: Pick<Clock, 'random'>): Pace => ({
  toTask: (_, isLost) => (isLost ? random.between(0, STICKY_MS) : 0) + random.spread(1, 40),
  toDecision: () => random.spread(1, 30),
  toTimer: (_run, _id, ms) => ms,
  toChild: () => random.spread(1, 50),
});
