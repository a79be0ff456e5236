import type { FailureDetails } from './failures';
import type { Platform, ScheduleTarget } from './input';
import type { ReviewDecision } from './result';
import type { Attention, Mode, Stage, Step, StepStatus } from './steps';

export type { StepStatus };

/** A TikTok slideshow that can be remixed. `caption` is cut at 120 characters. */
export interface SourceCandidate {
  tiktokVideoId: string;
  author: string | null;
  caption: string | null;
  thumbnailUrl: string | null;
  imageCount: number | null;
  views: number | null;
}

/** What the API says of a container's media; `kind` is `slideshow` or `video` today. */
export interface ContentPreview {
  kind: string;
  primaryUrl: string | null;
  thumbnailUrl: string | null;
  imageUrls: string[];
  videoUrl: string | null;
}

/** A social account, as far as it is known. */
export interface AccountStatus {
  socialAccountId: string;
  platform: string;
  /** `null` where the workflow has not asked Layers for it. */
  handle: string | null;
}

/** What is, or was last, under review. */
export interface ReviewStatus {
  revision: number;
  /** Rounds that there may be; the last one can only be approved or rejected. */
  maxRounds: number;
  since: string;
  deadline: string;
  containerId: string;
  caption: string | null;
  preview: ContentPreview | null;
  source: SourceCandidate | null;
  influencer: { influencerId: string; name: string | null };
  scheduledFor: string | null;
  timezone: string;
  targets: ScheduleTarget[];
  /** The input names the targets itself, so that they are all there are; else there is one for every connected account. */
  targetsNamed: boolean;
  /** The accounts among the targets that are known by more than their id. */
  accounts: AccountStatus[];
  decision?: ReviewDecision;
  earlier: ReviewDecision[];
}

/** False in the last round, which can only be approved or rejected. */
export const mayAskForChanges = ({ revision, maxRounds }: Pick<ReviewStatus, 'revision' | 'maxRounds'>): boolean =>
  revision + 1 < maxRounds;

export type BlockAction = 'retry' | 'skip' | 'abort';

/** A step that cannot go on by itself, with everything that the person who mends it needs. */
export interface Blocked extends Pick<
  FailureDetails,
  'code' | 'httpStatus' | 'requestId' | 'cause' | 'fix' | 'example' | 'who'
> {
  step: Step;
  /** Which asset, account or post, where a step has several. */
  item?: string;
  since: string;
  /** When the step tries again by itself, for causes that heal outside. */
  retryAt?: string;
  actions: BlockAction[];
}

/** One account that the customer is asked to connect. */
export interface ConnectStatus {
  platform: Platform;
  connected: boolean;
  /** How often connecting an account of this platform has failed so far. */
  failures: number;
  /** Why it failed last. */
  lastFailure?: string;
}

export interface CleanupItem {
  what: string;
  done: boolean;
  error?: string;
}

export interface OnboardingIds {
  projectId?: string;
  influencerId?: string;
  jobId?: string;
  containerId?: string;
  socialAccountIds?: string[];
  scheduledPostIds?: string[];
}

/** The answer of the query `status`: one snapshot that feeds every surface. */
export interface OnboardingStatus {
  /** Grows with every change. */
  version: number;
  workflowId: string;
  mode: Mode;
  customer: { externalId: string; name: string };
  stage: Stage;
  attention: Attention;
  /** Always all ten, in order. */
  steps: StepStatus[];
  ids: OnboardingIds;
  /** Candidates that a person may choose from; `null` when no choice is open. */
  choices: SourceCandidate[] | null;
  /** Accounts that the customer is asked to connect; `null` when the customer is asked for none. */
  connect: ConnectStatus[] | null;
  review: ReviewStatus | null;
  blocked: Blocked[];
  cleanup: CleanupItem[];
  /** Things worth knowing that stop nothing: ignored signals, differences of an adopted project, media left alone. */
  notes: string[];
}
