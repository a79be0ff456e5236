import type { PRIORITY } from './queues';

/** What there is to know of a step before it runs. Every surface takes its words and rules from here. */
export interface StepRow {
  /** For people. */
  label: string;
  /** How soon the server hands out the step's calls, see `PRIORITY`. */
  priority: keyof typeof PRIORITY;
  /** Whether an operator may let the flow go on without it. */
  maySkip: boolean;
  /** Whom it waits for: a job at Layers, a person, or neither. */
  waitsOn: 'job' | 'customer' | 'reviewer' | null;
}

const row = (
  label: string,
  priority: StepRow['priority'],
  waitsOn: StepRow['waitsOn'] = null,
  maySkip = false,
): StepRow => ({ label, priority, waitsOn, maySkip });

const MAY_SKIP = true;

/** The steps of an onboarding, in order and in the one spelling used by status, Web UI, CLI, keys and docs. */
export const STEP_TABLE = {
  validate: row('Check input', 'create'),
  project: row('Create project', 'create'),
  media: row('Upload media', 'media', null, MAY_SKIP),
  influencer: row('Influencer', 'wait', 'job'),
  keywords: row('Keyword bank', 'wait', 'job', MAY_SKIP),
  social: row('Connect account', 'wait', 'customer', MAY_SKIP),
  source: row('Pick source', 'produce', 'reviewer'),
  content: row('Generate slideshow', 'produce', 'job'),
  review: row('Review', 'publish', 'reviewer'),
  schedule: row('Schedule', 'publish', null, MAY_SKIP),
} as const satisfies Record<string, StepRow>;

export type Step = keyof typeof STEP_TABLE;

export const STEPS: readonly Step[] = Object.keys(STEP_TABLE) as Step[];

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
export const SKIPPABLE: readonly Step[] = STEPS.filter((step) => STEP_TABLE[step].maySkip);

/** Who has to act now. `operator` wins over `reviewer`, which wins over `customer`. */
export type Attention = 'none' | 'reviewer' | 'customer' | 'operator';

/** The kind of Layers key the worker holds: an `lp_test_` key is the sandbox, everything else bills and publishes. */
export type Mode = 'sandbox' | 'live';
