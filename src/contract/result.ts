import type { PublishMode } from './input';
import type { StepStatus } from './steps';

export type Outcome = 'scheduled' | 'ready' | 'rejected' | 'expired';

/** A person's decision about one revision. */
export interface ReviewDecision {
  revision: number;
  decision: 'approve' | 'reject' | 'requestChanges' | 'expired';
  reviewer: string;
  /** UTC, ISO 8601. */
  at: string;
  comment: string | null;
  slides?: { index: number; note: string }[];
}

export interface ScheduledPost {
  scheduledPostId: string;
  socialAccountId: string;
  mode: PublishMode;
  /** UTC, ISO 8601. */
  scheduledFor: string;
}

/** What `onboardCustomer` returns. A person's no and a missed deadline are results, not failures. */
export interface OnboardingResult {
  outcome: Outcome;
  projectId: string;
  influencerId: string | null;
  containerId: string | null;
  revision: number;
  review: (Omit<ReviewDecision, 'revision'> & { earlier: ReviewDecision[] }) | null;
  scheduledPosts: ScheduledPost[];
  steps: StepStatus[];
}
