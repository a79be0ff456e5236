import type {
  AppMediaInput,
  InfluencerHints,
  Platform,
  ProjectInput,
  PublishMode,
  ScheduleTarget,
  SourcePick,
} from './input';

/**
 * The input with every default spelled out, durations in milliseconds and times in UTC: what the local activity
 * `validateInput` hands to the workflow, so that workflow code parses nothing.
 */
export interface OnboardingPlan {
  project: ProjectInput;
  appMedia: AppMediaInput[];
  influencer: { use: 'automatic' } | { use: 'named'; influencerId: string } | { use: 'create'; hints: InfluencerHints };
  social: { socialAccountIds: string[]; connect: { platform: Platform; returnUrl: string | null }[] };
  source: { use: 'named'; tiktokVideoId: string } | { use: 'discover'; keyword: string | null; pick: SourcePick };
  review: { required: boolean; deadlineMs: number; remindEveryMs: number; maxRounds: number };
  schedule: SchedulePlan | null;
  organizationId: string | null;
  waits: { influencer: WaitPlan; keywords: WaitPlan; content: WaitPlan; social: { deadlineMs: number } };
  onCancel: 'keep' | 'archive';
}

export interface SchedulePlan {
  /** UTC, `YYYY-MM-DDTHH:MM:SSZ`: the only form that every reading of the API accepts (layers/API.md 20.3). */
  at: string;
  timezone: string;
  mode: PublishMode;
  /** `null`: every account of the step `social`. */
  targets: ScheduleTarget[] | null;
}

/** Milliseconds from the start of the wait: `earliest` first look, `typical` shown to people, `deadline` blocks. */
export interface WaitPlan {
  earliestMs: number;
  typicalMs: number;
  deadlineMs: number;
}

/** One thing wrong with an input: `path` like `appMedia[0].url`. */
export interface Problem {
  path: string;
  message: string;
}
