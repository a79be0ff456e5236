import type { Rule } from '../faults/rules';

/** Requests per minute and bucket, and synchronous writes per UTC day (the published tiers). */
export interface Limits {
  reads: number;
  writes: number;
  starts: number;
  writesPerDay: number;
}

export type Tier = 'standard' | 'pilot' | 'partner';

const TIERS: Record<Tier, Limits> = {
  standard: { reads: 120, writes: 60, starts: 20, writesPerDay: 10_000 },
  pilot: { reads: 1_200, writes: 600, starts: 60, writesPerDay: 100_000 },
  partner: { reads: 6_000, writes: 3_000, starts: 300, writesPerDay: 500_000 },
};

export interface KeyOptions {
  key: string;
  /** Default: derived from the key. */
  apiKeyId?: string;
  /** Default: derived from the part of the key behind `lp_test_`, up to the next `_`. */
  organizationId?: string;
  /** Default `['*', 'org:admin']`; `*` does not include `org:admin`. */
  scopes?: string[];
  /** Hosts to which OAuth may return. Default: every https host. Loopback over http is always allowed. */
  returnHosts?: string[];
  /** Default: by the prefix of the key. */
  mode?: 'test' | 'live';
  /** Answers every request with `503 KILL_SWITCH`. */
  killed?: boolean;
  /** Answers every request with `401 UNAUTHENTICATED`, as after a rotation. */
  revoked?: boolean;
  ownerEmail?: string;
}

/** How long things take, in milliseconds as they are (`speed` does not divide them). */
export interface Durations {
  /** Until an influencer is ready; 60 s. */
  influencerMs?: number;
  /** Until the keyword bank is there; 270 s. */
  keywordsMs?: number;
  /** One generation, once its influencer is ready; 90 s. */
  contentMs?: number;
  /** Download of a medium, within the request; 1 s. */
  mediaMs?: number;
  /** From the due time of a post until Layers attempts it; 12 s. */
  dispatchMs?: number;
  /** From the attempt until the post is live; 6 s. */
  publishMs?: number;
}

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** What stands in links to pages and pictures; default `http://<host>:<port>`. */
  publicUrl?: string;
  /** Divides every duration: 60 makes a minute a second. Default 1. */
  speed?: number;
  durations?: Durations;
  /** Snapshot of everything, so that a restarted sandbox goes on; the ledger grows beside it as `<dataFile>.ledger`. */
  dataFile?: string;
  /** Default `standard`. */
  tier?: Tier | Partial<Limits>;
  /** Length of the sliding window of the three buckets; 60 s. */
  rateWindowMs?: number;
  /** Jobs of an organization that may run at once. Default: no limit (Layers does not publish its own). */
  concurrentJobs?: number;
  /** Default: every key that begins with `lp_test_` works. */
  keys?: KeyOptions[];
  replay?: {
    /** How long a key is remembered; 24 h. */
    windowMs?: number;
    /** Which refusals of a handler are stored under the key; default `['4xx']`. */
    storeErrors?: ('4xx' | '5xx' | number)[];
    /** What a second request gets while the first with the same key is still running; default `wait`. */
    inFlight?: 'wait' | 'conflict';
  };
  /**
   * What source-recommendations offers without a keyword; default `filled`. `tricky`: its first slideshow turns out to be a
   * video when it is remixed.
   */
  portfolio?: 'filled' | 'empty' | 'after-keywords' | 'tricky';
  /** What schedule does with a container that still waits for approval: `stash` (202, default) or `refuse` (403). */
  pendingSchedule?: 'stash' | 'refuse';
  /** Whether an organization may use a customerExternalId twice; default `true`: 409. */
  uniqueCustomerExternalId?: boolean;
  /** Credits of an organization at its first request; default 1,000,000. */
  credits?: number;
  /** Lifetime of an OAuth state; 10 minutes, not divided by `speed`: people are not faster in a sandbox. */
  oauthStateMs?: number;
  /** An endpoint for webhooks of every organization, beside those registered over the API. */
  webhook?: { url: string; secret: string };
  /** Name of a scenario (see `scenarios.ts`), or rules of your own. */
  scenario?: string;
  faults?: Rule[];
  /** Of the generator behind rules with a probability; default 1. */
  seed?: number;
  /** Epoch milliseconds; for tests that move time themselves. */
  now?: () => number;
  log?: (line: string) => void;
}

/** The options with every default spelled out. */
export interface Config extends Required<
  Omit<SandboxOptions, 'publicUrl' | 'durations' | 'dataFile' | 'tier' | 'keys' | 'replay' | 'webhook'>
> {
  publicUrl: string | null;
  durations: Required<Durations>;
  dataFile: string | null;
  /** What the account calls itself; figures of one's own count as `standard`. */
  tier: Tier;
  limits: Limits;
  /** `null`: every key that begins with `lp_test_`. */
  keys: KeyOptions[] | null;
  replay: Required<NonNullable<SandboxOptions['replay']>>;
  webhook: { url: string; secret: string } | null;
}

export function resolveOptions(options: SandboxOptions): Config {
  const speed = options.speed ?? 1;
  if (!(speed > 0)) throw new Error(`speed: must be greater than 0, got ${speed}`);
  const { durations = {}, replay = {}, tier = 'standard' } = options;
  const took = (given: number | undefined, realMs: number) => given ?? realMs / speed;
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    publicUrl: options.publicUrl ?? null,
    speed,
    durations: {
      influencerMs: took(durations.influencerMs, 60_000),
      keywordsMs: took(durations.keywordsMs, 270_000),
      contentMs: took(durations.contentMs, 90_000),
      mediaMs: took(durations.mediaMs, 1_000),
      dispatchMs: took(durations.dispatchMs, 12_000),
      publishMs: took(durations.publishMs, 6_000),
    },
    dataFile: options.dataFile ?? null,
    tier: typeof tier === 'string' ? tier : 'standard',
    limits: typeof tier === 'string' ? TIERS[tier] : { ...TIERS.standard, ...tier },
    rateWindowMs: options.rateWindowMs ?? 60_000,
    concurrentJobs: options.concurrentJobs ?? Infinity,
    keys: options.keys ?? null,
    replay: {
      windowMs: replay.windowMs ?? 24 * 3_600_000,
      storeErrors: replay.storeErrors ?? ['4xx'],
      inFlight: replay.inFlight ?? 'wait',
    },
    portfolio: options.portfolio ?? 'filled',
    pendingSchedule: options.pendingSchedule ?? 'stash',
    uniqueCustomerExternalId: options.uniqueCustomerExternalId ?? true,
    credits: options.credits ?? 1_000_000,
    oauthStateMs: options.oauthStateMs ?? 600_000,
    webhook: options.webhook ?? null,
    scenario: options.scenario ?? 'happy',
    faults: options.faults ?? [],
    seed: options.seed ?? 1,
    now: options.now ?? Date.now,
    log: options.log ?? (() => undefined),
  };
}
