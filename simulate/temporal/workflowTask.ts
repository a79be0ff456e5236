import type { Command, Job, Moment } from './instance';

/** What a worker was told within one task and what that decided, in turns: after each, Core answers what it can itself. */
export interface Turn {
  jobs: Job[];
  at: number;
  commands: Command[];
  /** The SDK's internal flags that are known from then on: Core reads them before it replays the task. */
  flags: readonly number[];
}

export interface WorkflowTask {
  moment: Moment;
  turns: Turn[];
}
