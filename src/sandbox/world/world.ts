import { Core } from './core';
import { FaultEngine } from '../faults/engine';
import { type AnswerStore, createAnswerStore } from './idempotency';
import { Agenda } from './agenda';
import type { Config } from './options';
import { RateLimiter } from './rateLimit';
import type { Job, Post } from './state';
import { Webhooks } from './webhooks';

/** Longest delay that `setTimeout` takes. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** One running sandbox: what the routes work with. */
export class World extends Core {
  readonly faults = new FaultEngine();
  readonly limiter: RateLimiter;
  readonly answers: AnswerStore;
  readonly webhooks: Webhooks;
  /** What may still change by itself, kept apart because old jobs and posts are never deleted. */
  readonly openJobs = new Set<Job>();
  readonly openPosts = new Set<Post>();
  readonly agenda = new Agenda<Job | Post>();
  /** Set by the server: works out what has fallen due. */
  onDue: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private armedFor = Infinity;

  constructor(config: Config) {
    super(config);
    this.limiter = new RateLimiter(this);
    this.answers = createAnswerStore(this);
    this.webhooks = new Webhooks(this, this.faults);
    for (const job of Object.values(this.state.jobs)) if (job.status === 'running') this.openJobs.add(job);
    for (const post of Object.values(this.state.posts))
      if (post.status === 'queued' || post.status === 'publishing') this.openPosts.add(post);
  }

  /** Puts a job or a post on the agenda; to be called whenever its due time changes. */
  due(item: Job | Post, at: number): void {
    this.agenda.add(at, item);
    this.arm();
  }

  /** The timer only serves webhooks and the ledger: readers look for themselves. */
  arm(): void {
    const { nextAt } = this.agenda;
    // A clock that was moved overtakes a timer that runs in real time.
    if (nextAt === this.armedFor && nextAt > this.now()) return;
    clearTimeout(this.timer);
    this.armedFor = nextAt;
    if (nextAt === Infinity) return;
    const delay = Math.min(Math.max(nextAt - this.now(), 1), MAX_TIMEOUT_MS);
    this.timer = setTimeout(() => {
      this.armedFor = Infinity;
      this.onDue();
      this.arm();
    }, delay).unref();
  }

  /** Those that count against the cap: what Layers starts by itself does not. */
  runningJobs(organizationId: string): number {
    let running = 0;
    for (const job of this.openJobs) if (!job.hidden && job.organizationId === organizationId) running += 1;
    return running;
  }

  /** Forgets everything but the configuration. */
  reset(): void {
    this.stop();
    this.forget();
    this.overrides = {};
    this.faults.clear(this.config.seed);
    this.limiter.clear();
    this.answers.clear();
    this.openJobs.clear();
    this.openPosts.clear();
    this.agenda.clear();
    this.webhooks.resume();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.armedFor = Infinity;
    this.webhooks.stop();
  }
}
