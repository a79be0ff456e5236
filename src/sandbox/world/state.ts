/** Everything the sandbox remembers, as plain JSON. Times are epoch milliseconds; records keep insertion order. */
export interface State {
  version: 1;
  organizations: Record<string, Organization>;
  projects: Record<string, Project>;
  media: Record<string, Media>;
  influencers: Record<string, Influencer>;
  banks: Record<string, KeywordBank>;
  /** Ids of what a project owns, by `<projectId> <table>`: oldest first. */
  owned: Record<string, string[]>;
  /** Ids of projects by `<organizationId> <customerExternalId>`. */
  handles: Record<string, string[]>;
  jobs: Record<string, Job>;
  containers: Record<string, Container>;
  policies: Record<string, Policy>;
  accounts: Record<string, Account>;
  /** Connected as soon as the customer has a project. */
  awaitedAccounts: AwaitedAccount[];
  oauthStates: Record<string, OauthState>;
  posts: Record<string, Post>;
  /** By `<apiKeyId> <method> <path> <key>`. */
  answers: Record<string, StoredAnswer>;
  webhookEndpoints: Record<string, WebhookEndpoint>;
  deliveries: Record<string, Delivery>;
  /** Keys that a scenario or a control route changed. */
  keys: Record<string, { killed?: boolean; revoked?: boolean; scopes?: string[] }>;
  /** Synchronous writes per key and UTC day. */
  dailyWrites: Record<string, { day: string; count: number }>;
}

export interface Organization {
  id: string;
  parentId: string | null;
  balance: number;
  reserved: number;
  used: number;
}

export interface Project {
  id: string;
  organizationId: string;
  status: 'active' | 'archived';
  name: string;
  customerExternalId: string | null;
  timezone: string;
  primaryLanguage: string;
  ownerEmail: string;
  appName: string | null;
  appDescription: string | null;
  tagline: string | null;
  brandVoice: string;
  targetGender: string | null;
  metadata: Record<string, unknown> | null;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

export interface Media {
  id: string;
  projectId: string;
  kind: string;
  url: string;
  mimeType: string;
  byteSize: number;
  createdAt: number;
  deletedAt: number | null;
}

export interface Influencer {
  id: string;
  projectId: string;
  name: string;
  gender: string;
  ageRange: string | null;
  brandVoice: string;
  language: string;
  prompt: string | null;
  /** `pending` and `training` are told apart by the clock: see `influencerStatus`. */
  status: 'rendering' | 'ready' | 'failed';
  jobId: string;
  errorMessage: string | null;
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

export interface Hashtag {
  hashtag: string;
  phrase: string;
  score: number;
  viewCount: number;
  useCount: number;
}

interface KeywordBank {
  projectId: string;
  hashtags: Hashtag[];
  refreshedAt: number | null;
}

export interface JobError {
  code: string;
  message: string;
}

export interface Job {
  id: string;
  kind: 'influencer_create' | 'keyword_refresh' | 'content_generate';
  organizationId: string;
  projectId: string;
  /** Started by Layers itself (first influencer, first bank): the partner is shown no id, and no webhook tells of it. */
  hidden: boolean;
  /** The request that started it. */
  requestId: string;
  status: 'running' | 'completed' | 'failed' | 'canceled';
  startedAt: number;
  /** When work began; `null` while a generation waits for its influencer. */
  beganAt: number | null;
  durationMs: number;
  /** What will become of it; `stuck` runs for ever. */
  outcome: 'completed' | 'failed' | 'canceled' | 'stuck';
  finishedAt: number | null;
  error: JobError | null;
  influencerId: string | null;
  containerId: string | null;
  /** Credits held until it ends. */
  reserved: number;
}

export interface Target {
  socialAccountId: string;
  mode: 'publish' | 'draft' | 'managed';
  captionOverride?: string | undefined;
  firstCommentOverride?: string | undefined;
}

export interface Container {
  id: string;
  projectId: string;
  jobId: string;
  format: string;
  hook: string | null;
  influencerId: string | null;
  socialAccountId: string | null;
  sourceTiktokId: string | null;
  mediaId: string | null;
  status: 'open' | 'completed' | 'failed' | 'canceled';
  approvalStatus: 'not_required' | 'pending' | 'approved' | 'rejected';
  caption: string | null;
  assetIds: string[];
  /** Schedules that wait for the approval. */
  stash: { scheduledFor: number; targets: Target[] }[];
  lastError: JobError | null;
  createdAt: number;
  finishedAt: number | null;
}

export interface Policy {
  projectId: string;
  policy: 'auto_approve' | 'review_first_n' | 'review_all';
  firstN: number | null;
  updatedAt: number;
}

export interface Account {
  id: string;
  projectId: string;
  platform: 'tiktok' | 'instagram';
  handle: string;
  status: 'connected' | 'reauth_required' | 'disconnected';
  leased: boolean;
  connectedAt: number;
}

export type AwaitedAccount = Pick<Account, 'id' | 'platform' | 'handle' | 'leased'> & { customerExternalId: string };

export interface OauthState {
  state: string;
  apiKeyId: string;
  projectId: string;
  platform: 'tiktok' | 'instagram';
  returnUrl: string;
  /** Set on a reconnection: success binds to the same account. */
  reconnects: string | null;
  status: 'pending' | 'completed' | 'failed';
  socialAccountId: string | null;
  error: string | null;
  expiresAt: number;
}

export interface Post {
  id: string;
  containerId: string;
  projectId: string;
  target: Target;
  platform: string;
  status: 'queued' | 'publishing' | 'draft' | 'published' | 'failed' | 'canceled';
  scheduledFor: number;
  attemptedAt: number | null;
  publishedAt: number | null;
  canceledAt: number | null;
  lastError: JobError | null;
  createdAt: number;
  updatedAt: number;
  requestId: string;
}

export interface StoredAnswer {
  bodyHash: string;
  /** The window counts from the arrival of the first request. */
  receivedAt: number;
  status: number;
  body: string;
  headers?: Record<string, string>;
}

export interface WebhookEndpoint {
  id: string;
  organizationId: string;
  projectId: string | null;
  url: string;
  description: string | null;
  status: 'active' | 'paused' | 'auto_paused';
  events: string[];
  metadata: Record<string, unknown> | null;
  scope: 'own' | 'all_children';
  secret: string;
  /** Still signs beside the new one until it expires. */
  previous: { secret: string; expiresAt: number } | null;
  createdAt: number;
  updatedAt: number;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  consecutiveFailureCount: number;
}

export interface Delivery {
  id: string;
  endpointId: string;
  eventId: string;
  eventType: string;
  body: string;
  status: 'pending' | 'delivered' | 'failed' | 'abandoned';
  attempts: number;
  nextRetryAt: number | null;
  deliveredAt: number | null;
  lastResponseStatus: number | null;
  lastResponseAt: number | null;
  lastErrorMessage: string | null;
  createdAt: number;
}

/** Without a prototype: an id that a caller makes up may be called `__proto__`. */
const table = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

export const emptyState = (): State => ({
  version: 1,
  organizations: table(),
  projects: table(),
  media: table(),
  influencers: table(),
  banks: table(),
  owned: table(),
  handles: table(),
  jobs: table(),
  containers: table(),
  policies: table(),
  accounts: table(),
  awaitedAccounts: [],
  oauthStates: table(),
  posts: table(),
  answers: table(),
  webhookEndpoints: table(),
  deliveries: table(),
  keys: table(),
  dailyWrites: table(),
});
