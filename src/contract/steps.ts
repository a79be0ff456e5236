/** The steps of an onboarding, in order and in the one spelling used by status, Web UI, CLI, keys and docs. */
export const STEPS = [
  'validate',
  'project',
  'media',
  'influencer',
  'keywords',
  'social',
  'source',
  'content',
  'review',
  'schedule',
] as const;
export type Step = (typeof STEPS)[number];

/**
 * `waiting` is on a person or on Layers; `blocked` needs an operator; `failed` means cancelled or aborted there.
 */
export type StepState = 'pending' | 'running' | 'waiting' | 'blocked' | 'done' | 'skipped' | 'failed';

/** One step as people see it. Times are UTC, ISO 8601. */
export interface StepStatus {
  step: Step;
  state: StepState;
  /** What was learned, in a few words: an id, a name, a reason for skipping. */
  fact?: string;
  startedAt?: string;
  finishedAt?: string;
  /** How long the step usually takes, as the `ms` package reads it. */
  typical?: string;
  /** When a wait gives up. */
  deadline?: string;
}

/** Where an onboarding is, one at a time, for lists: media, influencer, keywords and social run within `preparing`. */
export const STAGES = [
  'validate',
  'project',
  'preparing',
  'source',
  'content',
  'review',
  'schedule',
  'finished',
] as const;
export type Stage = (typeof STAGES)[number];

/** Steps an operator may skip: the rest of the flow can do without them. */
export const SKIPPABLE: readonly Step[] = ['media', 'keywords', 'social', 'schedule'];

/** Who has to act now. `operator` wins over `reviewer`, which wins over `customer`. */
export type Attention = 'none' | 'reviewer' | 'customer' | 'operator';

/** The kind of Layers key the worker holds: an `lp_test_` key is the sandbox, everything else bills and publishes. */
export type Mode = 'sandbox' | 'live';
