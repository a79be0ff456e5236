import { ApplicationFailure, CancellationScope, CancelledFailure, workflowInfo } from '@temporalio/workflow';
import type { Caller, ContentRecord } from '../contract/activities';
import { ABORTED } from '../contract/failures';
import type { OnboardingInput, Platform } from '../contract/input';
import type { OnboardingPlan } from '../contract/plan';
import type { ReviewDecision, ScheduledPost } from '../contract/result';
import type { AccountStatus, Blocked, SourceCandidate } from '../contract/status';
import type { Step } from '../contract/steps';
import { Api } from './api';
import { Blocking, Skipped } from './blocking';
import { LayersEvents } from './events';
import { idempotencyKey, intentPath, type Intent } from './idempotencyKey';
import { Progress } from './progress';

/** What a reviewer decided, with what the next step needs of it. */
export interface Verdict extends ReviewDecision {
  /** UTC; another time for the post. */
  scheduleAt?: string;
}

/** An account that the customer has to connect, or to connect again. */
export interface AccountNeed {
  platform: Platform;
  returnUrl: string | null;
  /** Set where an account that is already there has lost its connection. */
  reconnect: string | null;
  /** The connected account, once there is one. */
  account: AccountStatus | null;
}

/** The one among the needs of now that asks for the same: a step that is tried again asks anew. */
export function sameNeed(needs: AccountNeed[], need: AccountNeed): AccountNeed | undefined {
  if (needs.includes(need)) return need;
  const same = needs.filter(({ platform, reconnect }) => platform === need.platform && reconnect === need.reconnect);
  return same.find(({ account }) => account === null) ?? same[0];
}

/** A consent that somebody was given a URL for, worth watching until it expires. */
export interface Consent {
  need: AccountNeed;
  state: string;
  expiresAt: string;
}

/** A write that may have taken effect without an answer. */
export interface Doubt<T = unknown> {
  send: (key: string) => Promise<T>;
  /** Finds the effect of an earlier send, where a replay under the same key cannot be trusted. */
  look: () => Promise<T | null>;
  /** What the job makes, where the write starts one that costs. */
  job?: string;
  /** False where `look` cannot find a job that still runs. */
  showsRunning?: boolean;
}

/** A doubt with what is needed to ask Layers which request it was: a key tells that only to the API key it came with. */
export interface SentDoubt extends Doubt {
  /** The key it was sent under; several where an earlier run sent it, which may have come to a later try. */
  keys: string[];
  apiKeyId: string;
  /** Its input has been replaced: what came of it answers nothing any more. */
  replaced?: boolean;
}

/** A job that costs as long as it runs. */
export interface RunningJob {
  /** What it makes, for people. */
  what: string;
  /** The intent that started it. */
  path: string;
  /** Its input has been replaced. */
  replaced?: boolean;
}

/** A job is tried twice by itself, and perhaps once more by an operator. */
const EARLIER_TRIES = 3;

/** How far the clocks of Layers and Temporal may be apart. */
export const SKEW_MS = 2_000;

/** The state of one onboarding: what the steps learn and hand to each other. Rebuilt by replay, never stored. */
export class Run {
  readonly workflowId = workflowInfo().workflowId;
  /** A reset keeps it, so it tells this onboarding's effects from an earlier run's. */
  readonly startedAt = workflowInfo().startTime;
  /** Everything cancellable runs in here, so that an abort can end it. */
  readonly scope = new CancellationScope();
  readonly progress = new Progress();
  readonly events = new LayersEvents();
  readonly api = new Api(() => this.caller);
  readonly blocking: Blocking;

  input: OnboardingInput;
  plan!: OnboardingPlan;
  /** Whether the worker has somebody to notify. */
  notifies = false;
  /** Counts notifications, so that each has an id of its own. */
  notified = 0;
  caller: Caller = { organizationId: null, mode: 'sandbox', apiKeyId: '' };

  projectId = '';
  /** Layers has said which projects the customer has: one that is found later is somebody else's. */
  projectsKnown = false;
  /** An operator's choice among several projects. */
  adopt: string | null = null;
  /** Not created by the request that this run sees the answer of: then replays are not to be trusted. */
  adopted = false;
  /** Created since this workflow started, perhaps before a reset; only such a project may be archived. */
  createdHere = false;
  influencer: { influencerId: string; name: string | null } | null = null;
  phrases: string[] = [];
  accounts: AccountStatus[] = [];
  /** What the customer is asked for now; `authorizeSocial` mints a consent for one of them. */
  needs: AccountNeed[] = [];
  consents: Consent[] = [];
  /** By platform: how often connecting an account has failed, and why it did last. */
  readonly failedConsents = new Map<Platform, { failures: number; lastFailure: string }>();
  candidates: SourceCandidate[] = [];
  readonly usedSources = new Set<string>();
  source: SourceCandidate | null = null;
  revision = 0;
  container: ContentRecord | null = null;
  /** Made by a request of this very run: nothing can have been done with it before. */
  contentIsFresh = false;
  /** By job id: cancelled when nobody needs what they make any more. */
  readonly runningJobs = new Map<string, RunningJob>();
  verdict: Verdict | null = null;
  /** The decision that is being checked: nobody else can decide meanwhile. */
  deciding: Pick<ReviewDecision, 'revision' | 'decision' | 'reviewer'> | null = null;
  readonly earlier: ReviewDecision[] = [];
  /** What the reviewer named for the next round. */
  wishes = { source: false, influencer: false };
  posts: ScheduledPost[] = [];
  /** Times for which a schedule call was sent, answered or not. */
  readonly timesSent = new Set<string>();
  /** Those among them for which Layers keeps the post back until the content is approved there, with the key of the call. */
  readonly timesStashed = new Map<string, string>();
  /** Those for which there may be posts, now or after an approval, that nobody wants any more. */
  readonly timesUnsure = new Set<string>();
  /** Personas that somebody wanted replaced: never taken for the answer to a new request. */
  readonly earlierInfluencers = new Set<string>();
  /** Containers of earlier rounds: never taken for the answer to a new request. */
  readonly earlierContainers = new Set<string>();
  /** Containers made before a reset, or by an earlier run: there may be posts of them that this run knows nothing of. */
  readonly foundContainers = new Set<string>();
  /** `start --again` after a rejection: what an earlier run made is not to be shown again. */
  readonly wantsFreshContent = workflowInfo().memo?.previousOutcome === 'rejected';

  /** Intents whose write may have taken effect without an answer: looked for before they are sent again. */
  readonly inDoubt = new Map<string, SentDoubt>();
  /** By key, what writes have answered: a step that blocked later does not send them again, perhaps after the key has died. */
  readonly answers = new Map<string, unknown>();
  private readonly tries = new Map<string, number>();
  private readonly asked = new Set<string>();
  private aborted: { step: Step; reason: string } | null = null;

  /** `tell` hears of every step that blocks. */
  constructor(input: OnboardingInput, tell: (run: Run, blocked: Blocked) => void) {
    this.input = input;
    const abort = (step: Step, reason: string): never => {
      this.aborted = { step, reason };
      this.scope.cancel();
      throw new CancelledFailure('aborted');
    };
    this.blocking = new Blocking(this.progress, abort, (blocked) => tell(this, blocked));
  }

  path(intent: Intent): string {
    return intentPath(this.workflowId, intent);
  }

  key(path: string): string {
    return idempotencyKey(path, this.tries.get(path) ?? 0);
  }

  /** The keys that an earlier run can have used for an intent, the first tries of it. */
  earlierKeys(path: string): string[] {
    return Array.from({ length: EARLIER_TRIES }, (_, tryNumber) => idempotencyKey(path, tryNumber));
  }

  /** After a definite refusal, replaced input, or a job that ended badly; never after a missing answer. */
  nextTry(path: string): void {
    this.tries.set(path, (this.tries.get(path) ?? 0) + 1);
  }

  /** Takes new input of a step. Another body needs another key, and what the old input led to is dropped. */
  replace(step: Step, { input, plan }: { input: OnboardingInput; plan: OnboardingPlan }): void {
    const before = this.plan;
    const changed = (part: 'source' | 'influencer'): boolean =>
      JSON.stringify(before[part]) !== JSON.stringify(plan[part]);
    this.input = input;
    this.plan = plan;
    if (step === 'project') this.nextTry(this.path(this.intents.project()));
    if (step === 'schedule') this.nextTry(this.path(this.intents.schedule(plan.schedule?.at ?? '')));
    if (changed('influencer')) {
      this.setAside(this.path(this.intents.influencer()));
      this.nextTry(this.path(this.intents.influencer()));
      this.dropInfluencer();
    }
    if (changed('source')) {
      this.candidates = [];
      this.source = null;
    }
  }

  /** What an intent has led to with its old input is no answer to the new one, and is to be taken back. */
  private setAside(path: string): void {
    const doubt = this.inDoubt.get(path);
    if (doubt !== undefined) this.inDoubt.set(`${path}/replaced/${this.key(path)}`, { ...doubt, replaced: true });
    this.inDoubt.delete(path);
    for (const [jobId, job] of this.runningJobs)
      if (job.path === path) this.runningJobs.set(jobId, { ...job, replaced: true });
  }

  /** Somebody wants another persona. */
  dropInfluencer(): void {
    if (this.influencer !== null) this.earlierInfluencers.add(this.influencer.influencerId);
    this.influencer = null;
  }

  /** The intents that more than one place needs. */
  readonly intents = {
    project: (): Intent => ({ step: 'project' }),
    influencer: (): Intent => ({ step: 'influencer', ...(this.revision === 0 ? {} : { revision: this.revision }) }),
    /** Source and persona are in the body, so they are in the key. */
    content: (source: SourceCandidate): Intent => ({
      step: 'content',
      item: `${source.tiktokVideoId}+${this.influencer?.influencerId ?? ''}`,
      revision: this.revision,
    }),
    /** Container and time are in the request, so they are in the key. */
    schedule: (at: string): Intent => ({
      step: 'schedule',
      item: `${this.container?.containerId ?? ''}@${at}`,
      revision: this.revision,
    }),
  };

  /** True the first time: a question to the operator that a retry answers. */
  askOnce(path: string): boolean {
    const first = !this.asked.has(path);
    this.asked.add(path);
    return first;
  }

  /** What an abort ends the workflow with; `null` when nobody aborted. */
  abortFailure(): ApplicationFailure | null {
    return this.aborted === null
      ? null
      : ApplicationFailure.nonRetryable(`${this.aborted.step}: ${this.aborted.reason}`, ABORTED);
  }

  /**
   * One step of the flow: shown as running, then done with the fact it returned, or skipped. A step that cannot go on
   * is blocked until an operator or time resolves it.
   */
  async step<T>(name: Step, run: () => Promise<{ fact: string; value: T } | Skipped>): Promise<T | Skipped> {
    this.progress.set(name, 'running');
    const answer = await this.blocking.attempt(name, run);
    if (answer instanceof Skipped) {
      this.progress.set(name, 'skipped', { fact: answer.reason });
      return answer;
    }
    this.progress.set(name, 'done', { fact: answer.fact });
    return answer.value;
  }
}
