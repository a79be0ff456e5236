import type { AppMediaKind, InfluencerHints, OnboardingInput, Platform, ProjectInput, ScheduleTarget } from './input';
import type { OnboardingPlan, Problem } from './plan';
import type { ContentPreview, SourceCandidate } from './status';
import type { Mode, Step } from './steps';

/**
 * The activities as the workflow sees them: one per endpoint, one API request per attempt, small projections back.
 * Names are wire names. All throw ApplicationFailures whose `details[0]` is a `FailureDetails`.
 */

/** On whose behalf a call is made, and with which key this onboarding began. */
export interface Caller {
  /** Sent as `X-Layers-Organization`. */
  organizationId: string | null;
  /** A worker whose key has another mode fails with `WrongKeyMode` before it sends anything. */
  mode: Mode;
  /** Keys are stored per API key: a keyed write fails with `ApiKeyChanged` when the worker's key is another one. */
  apiKeyId: string;
}

/** Type of the failure by which a keyed write reports that a replay can no longer be trusted; `details[0]` below. */
export const API_KEY_CHANGED = 'ApiKeyChanged';
export interface ApiKeyChangedDetails {
  apiKeyId: string;
}

/**
 * Type of the failure by which a write that creates something reports that Layers has stored an error under its key: it came
 * twice with one request id, so the request is not even looked at any more. `details[0]` is the error's.
 */
export const STORED_ERROR = 'StoredError';

/** Turns a read into a wait: it throws `NotReady` until there is an answer, and `DeadlinePassed` when time is up. */
export interface Wait {
  /** Epoch milliseconds, workflow time. */
  startedAt: number;
  typicalMs: number;
  deadlineMs: number;
  /** Milliseconds from the start until which no step needs the answer, so that looking often is a waste. */
  relaxedMs?: number;
}

export interface Read {
  as: Caller;
}
export interface Write {
  as: Caller;
  /** The `Idempotency-Key`, made in the workflow. */
  key: string;
}

export interface ProjectRef {
  projectId: string;
  customerExternalId: string | null;
  status: string;
  /** UTC, ISO 8601 with `Z`, by Temporal's clock, as every `createdAt` and `expiresAt` here. */
  createdAt: string;
}
export interface CreatedProject extends ProjectRef {
  /**
   * The project is older than the call, as far as Layers' own clock can tell: Layers has replayed the answer to a call of an
   * earlier run. Absent otherwise.
   */
  mayBeReplay?: true;
}
export interface ProjectRecord extends ProjectRef {
  /** The fields of `POST /v1/projects` as the record has them; `null` where unset. */
  fields: Record<string, unknown>;
}
export interface AppMediaItem {
  mediaId: string;
  kind: string;
  url: string;
  createdAt: string;
}
export interface InfluencerRecord {
  influencerId: string;
  projectId: string | null;
  name: string | null;
  /** `pending`, `training`, `ready`, `failed`, or a status that no document names. */
  status: string;
  errorMessage: string | null;
  createdAt: string | null;
}
export interface KeywordBank {
  /** `null` until the first research has finished. */
  refreshedAt: string | null;
  size: number;
  /** The best phrases, best first, at most five. */
  phrases: string[];
}
export interface JobRecord {
  jobId: string;
  status: 'running' | 'completed' | 'failed' | 'canceled';
  stage: string | null;
  error: { code: string | null; message: string } | null;
}
export interface ContentRecord {
  containerId: string;
  projectId: string;
  status: 'queued' | 'processing' | 'completed' | 'failed' | 'canceled';
  approvalStatus: 'not_required' | 'pending' | 'approved' | 'rejected';
  format: string | null;
  influencerId: string | null;
  sourceTiktokId: string | null;
  caption: string | null;
  preview: ContentPreview | null;
  lastError: { code: string | null; message: string } | null;
  createdAt: string;
}
export interface SocialAccount {
  socialAccountId: string;
  platform: string;
  handle: string | null;
  /** `connected`, `reauth_required`, `disconnected`. */
  status: string;
  leased: boolean;
}
export interface OauthStatus {
  status: 'pending' | 'completed' | 'failed' | 'expired';
  socialAccountId: string | null;
  error: string | null;
}
export interface PostRecord {
  scheduledPostId: string;
  containerId: string;
  socialAccountId: string;
  mode: string;
  /** `queued`, `publishing`, `draft`, `published`, `failed`, `canceled`. */
  status: string;
  scheduledFor: string;
  createdAt: string;
}

/** The lists of Layers, by the activity that reads a page of one. */
export interface Lists {
  findProjects: ProjectRef;
  listAppMedia: AppMediaItem;
  listInfluencers: InfluencerRecord;
  listContent: ContentRecord;
  listSocialAccounts: SocialAccount;
  listScheduledPosts: PostRecord;
}
/** The id of what is in a list. */
export const ID_IN: { readonly [K in keyof Lists]: keyof Lists[K] } = {
  findProjects: 'projectId',
  listAppMedia: 'mediaId',
  listInfluencers: 'influencerId',
  listContent: 'containerId',
  listSocialAccounts: 'socialAccountId',
  listScheduledPosts: 'scheduledPostId',
};
/** One page of a list; of a list that ends with it, only what is in it. */
export type Listed<T> = T[] | { items: T[]; nextCursor: string };
/** Reads one page, the largest that Layers gives; without `cursor` the first one. */
export interface ReadPage extends Read {
  cursor?: string;
}

/** Every GET. */
export interface Reads {
  findProjects(
    args: ReadPage & { customerExternalId: string; status?: 'active' | 'archived' },
  ): Promise<Listed<ProjectRef>>;
  getProject(args: Read & { projectId: string }): Promise<ProjectRecord>;
  listAppMedia(args: ReadPage & { projectId: string }): Promise<Listed<AppMediaItem>>;
  /** With `wait`: until one on the page is ready, all have failed, or there is none at `typical`. Oldest of the page first. */
  listInfluencers(args: ReadPage & { projectId: string; wait?: Wait }): Promise<Listed<InfluencerRecord>>;
  /** With `wait`: until it is ready or failed. */
  getInfluencer(args: Read & { influencerId: string; wait?: Wait }): Promise<InfluencerRecord>;
  /** With `wait`: until `refreshedAt` is set. */
  getKeywords(args: Read & { projectId: string; wait?: Wait }): Promise<KeywordBank>;
  /** Portfolio without `keyword`, live search with it. At most ten slideshows, captions cut at 120 characters. */
  listSources(args: Read & { projectId: string; keyword?: string }): Promise<SourceCandidate[]>;
  /** With `wait`: until the job has ended. */
  getJob(args: Read & { jobId: string; wait?: Wait }): Promise<JobRecord>;
  /** With `wait`: until the container is completed, failed or canceled. */
  getContent(args: Read & { containerId: string; wait?: Wait }): Promise<ContentRecord>;
  /** Slideshow remixes of the project created at or after `since` (UTC), newest first. */
  listContent(args: ReadPage & { projectId: string; since: string }): Promise<Listed<ContentRecord>>;
  listSocialAccounts(args: ReadPage & { projectId: string }): Promise<Listed<SocialAccount>>;
  /** With `wait`: until it is no longer pending. A state that Layers no longer knows is `expired`. */
  getOauthStatus(args: Read & { projectId: string; state: string; wait?: Wait }): Promise<OauthStatus>;
  /** Posts due at or after `since`, and not after `until` (UTC). */
  listScheduledPosts(
    args: ReadPage & { projectId: string; since: string; until?: string },
  ): Promise<Listed<PostRecord>>;
  getScheduledPost(args: Read & { scheduledPostId: string }): Promise<PostRecord>;
}

/** POST, PATCH and DELETE that finish during the request. */
export interface Writes {
  createProject(args: Write & { project: ProjectInput }): Promise<CreatedProject>;
  patchProject(args: Write & { projectId: string; fields: Partial<ProjectInput> }): Promise<ProjectRef>;
  archiveProject(args: Read & { projectId: string }): Promise<void>;
  uploadAppMedia(
    args: Write & { projectId: string; kind: AppMediaKind; url: string },
  ): Promise<Pick<AppMediaItem, 'mediaId' | 'createdAt'>>;
  /** `returnUrl` `null`: the gateway's `/c/return`. */
  createOauthUrl(
    args: Write & { projectId: string; platform: Platform; returnUrl: string | null },
  ): Promise<{ authorizeUrl: string; state: string; expiresAt: string }>;
  createReauthUrl(
    args: Write & { projectId: string; socialAccountId: string; returnUrl: string | null },
  ): Promise<{ authorizeUrl: string; state: string; expiresAt: string }>;
  /** `promoted`: posts that a stashed schedule became; `promotionFailed`: why it did not. */
  approveContent(
    args: Write & { containerId: string; note?: string },
  ): Promise<{ approvalStatus: string; promoted: string[]; promotionFailed: string | null }>;
  rejectContent(args: Write & { containerId: string; reason: string }): Promise<{ approvalStatus: string }>;
  scheduleContent(
    args: Write & { containerId: string; scheduledFor: string; targets: ScheduleTarget[] },
  ): Promise<{ scheduledPostIds: string[]; gateStatus: string }>;
  /** A post that is already cancelled counts as cancelled; one that is past cancelling fails with `CONFLICT`. */
  cancelScheduledPost(args: Read & { scheduledPostId: string }): Promise<{ status: string }>;
  /** `accepted: false`: the job had already ended. */
  cancelJob(args: Write & { jobId: string }): Promise<{ accepted: boolean }>;
}

/** POSTs that start a job. */
export interface Starts {
  createInfluencer(
    args: Write & { projectId: string; hints: InfluencerHints },
  ): Promise<{ jobId: string; influencerId: string }>;
  refreshKeywords(args: Write & { projectId: string }): Promise<{ jobId: string }>;
  remixSlideshow(
    args: Write & { projectId: string; tiktokVideoId: string; influencerId: string },
  ): Promise<{ jobId: string; containerId: string }>;
}

export interface ValidatedInput {
  plan: OnboardingPlan;
  mode: Mode;
  apiKeyId: string;
  /** Whether a notifier is configured: without one, nothing is scheduled for it. */
  notifies: boolean;
  /** Digest of the input, as the starter puts it in the memo. */
  digest: string;
}

/** The parts of input and plan that a replacement has changed: whole parts, which take the place of those before. */
export interface Changes {
  input: Partial<OnboardingInput>;
  plan: Partial<OnboardingPlan>;
}

/** No API request: what needs zod, time zones or the worker's identity. Run as local activities. */
export interface Local {
  /** `now`: epoch milliseconds; the start of the workflow, so that a reset does not make old times wrong. */
  validateInput(args: {
    input: unknown;
    workflowId: string;
    now: number;
  }): Promise<{ problems: Problem[] } | { valid: ValidatedInput }>;
  /** `input` of `resolveStep` put in the place of that step's part, and the whole validated again: what has changed. */
  replaceStepInput(args: {
    input: OnboardingInput;
    step: Step;
    item?: string;
    replacement: unknown;
    workflowId: string;
    now: number;
  }): Promise<{ problems: Problem[] } | Changes>;
  /** Whether an earlier run of this onboarding has ended with a rejection since `madeAt` (UTC): of what it made until then. */
  wasRejected(args: { workflowId: string; madeAt: string }): Promise<boolean>;
  /**
   * Whether the run has begun by a reset: then the run that has written its history's start is another one. Asked of the worker,
   * since a replay knows no other run than that one.
   */
  wasReset(args: { originalRunId: string }): Promise<boolean>;
  /** Another time for the post, in the forms of `schedule.at`. */
  resolveTime(args: { at: string; timezone: string; now: number }): Promise<{ problems: Problem[] } | { at: string }>;
}

export type LayersActivities = Reads & Writes & Starts;

/** The step that makes a call, which says how soon it is handed out; `null` for a job, which several steps wait for. */
export const STEP_OF: Readonly<Record<keyof LayersActivities, Step | null>> = {
  findProjects: 'project',
  getProject: 'project',
  createProject: 'project',
  patchProject: 'project',
  archiveProject: 'project',
  listAppMedia: 'media',
  uploadAppMedia: 'media',
  listInfluencers: 'influencer',
  getInfluencer: 'influencer',
  createInfluencer: 'influencer',
  getKeywords: 'keywords',
  refreshKeywords: 'keywords',
  listSocialAccounts: 'social',
  getOauthStatus: 'social',
  createOauthUrl: 'social',
  createReauthUrl: 'social',
  listSources: 'source',
  remixSlideshow: 'content',
  getContent: 'content',
  listContent: 'content',
  getJob: null,
  cancelJob: null,
  approveContent: 'review',
  rejectContent: 'review',
  scheduleContent: 'schedule',
  listScheduledPosts: 'schedule',
  getScheduledPost: 'schedule',
  cancelScheduledPost: 'schedule',
};
