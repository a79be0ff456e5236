import type { FormatName } from './formats';

/**
 * What a caller hands to `onboardCustomer`: one JSON object, unknown fields refused.
 * Durations are strings as the `ms` package reads them: `"750ms"`, `"90s"`, `"7 days"`.
 */
export interface OnboardingInput {
  /** The body of `POST /v1/projects`, field for field; `customerExternalId` is required here. */
  project: ProjectInput;
  /** Default `[]`; at most one logo and one end-card, no URL twice. */
  appMedia?: AppMediaInput[];
  /** Default: the influencer that Layers creates by itself. */
  influencer?: InfluencerInput;
  /** Default: no account. */
  social?: SocialInput;
  content?: ContentInput;
  review?: ReviewInput;
  /** Absent: the onboarding ends after the review with outcome `ready`. */
  schedule?: ScheduleInput;
  /** `org_…`: sent as `X-Layers-Organization`, and the key by which the task queues share fairly. */
  organizationId?: string;
  policy?: PolicyInput;
}

export interface ProjectInput {
  name: string;
  customerExternalId: string;
  timezone: string;
  ownerEmail?: string;
  primaryLanguage?: string;
  appName?: string;
  appDescription?: string;
  tagline?: string;
  brandVoice?: 'authentic' | 'witty' | 'professional' | 'warm' | 'casual' | 'educational';
  targetGender?: 'all' | 'female' | 'male';
  metadata?: Record<string, unknown>;
}

export type AppMediaKind = 'logo' | 'screenshot' | 'demo-video' | 'end-card';

export interface AppMediaInput {
  kind: AppMediaKind;
  url: string;
}

/** The optional hints of `POST /v1/projects/:id/influencers`. */
export interface InfluencerHints {
  gender?: 'male' | 'female' | 'non_binary';
  ageRange?: 'teen' | 'young_adult' | 'adult' | 'mid_adult' | 'mature' | 'senior';
  prompt?: string;
}

export type InfluencerInput = { influencerId: string } | { create: InfluencerHints };

export type Platform = 'tiktok' | 'instagram';

export interface SocialInput {
  socialAccountIds?: string[];
  connect?: { platform: Platform; returnUrl?: string }[];
}

export type SourcePick = 'first' | 'most-viewed' | 'person';

export type SourceInput = { tiktokVideoId: string } | { keyword?: string; pick?: SourcePick };

export interface ContentInput {
  /** Default `slideshow-remix`. */
  format?: FormatName;
  source?: SourceInput;
}

export interface ReviewInput {
  /** Default `true`. `false` is approval given in the input. */
  required?: boolean;
  /** Default `"7 days"`. */
  deadline?: string;
  /** Default `"24 hours"`. */
  remindEvery?: string;
  /** Default `5`. */
  maxRounds?: number;
}

export type PublishMode = 'publish' | 'draft' | 'managed';

/** A target as `POST /v1/content/:id/schedule` takes it. */
export interface ScheduleTarget {
  socialAccountId: string;
  mode: PublishMode;
  captionOverride?: string;
  firstCommentOverride?: string;
  tiktokPostSettings?: {
    privacyLevel?: 'PUBLIC_TO_EVERYONE' | 'MUTUAL_FOLLOW_FRIENDS' | 'FOLLOWER_OF_CREATOR' | 'SELF_ONLY';
    disableComment?: boolean;
    disableDuet?: boolean;
    disableStitch?: boolean;
    isBrandOrganic?: boolean;
    isBrandedContent?: boolean;
  };
  tiktokMusic?: { mode: 'none' | 'auto' | 'manual'; trackId?: string };
  shareReelToFeed?: boolean;
}

export interface ScheduleInput {
  /** Local time `2026-12-01T09:00` in `timezone`, or any ISO time with an offset or `Z`. */
  at: string;
  /** IANA; default `project.timezone`. */
  timezone?: string;
  /** Default `publish`. */
  mode?: PublishMode;
  /** Default: every account of the step `social`, with `mode`. */
  targets?: ScheduleTarget[];
}

export interface WaitInput {
  earliest?: string;
  typical?: string;
  deadline?: string;
}

export interface PolicyInput {
  waits?: {
    influencer?: WaitInput;
    keywords?: WaitInput;
    content?: WaitInput;
    social?: { deadline?: string };
  };
  /** Default `keep`; `archive` archives only a project that this onboarding created. */
  onCancel?: 'keep' | 'archive';
}
