import { Agenda } from './agenda';
import type { Core } from './core';
import type { Job, Post } from './state';

/** Longest delay that `setTimeout` takes. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** Jobs and posts that time may still change, and when: kept apart, because old ones are never deleted. */
export class OpenWork {
  readonly jobs = new Set<Job>();
  readonly posts = new Set<Post>();
  /** Works out what has fallen due; set by the sandbox once it runs. */
  onDue: () => void = () => undefined;
  private readonly agenda = new Agenda<Job | Post>();
  private timer: NodeJS.Timeout | undefined;
  private armedFor = Infinity;

  constructor(private readonly core: Core) {
    const { jobs, posts } = core.state;
    for (const job of Object.values(jobs)) if (job.status === 'running') this.jobs.add(job);
    for (const post of Object.values(posts))
      if (post.status === 'queued' || post.status === 'publishing') this.posts.add(post);
  }

  /** Puts a job or a post on the agenda; to be called whenever its due time changes. */
  due(item: Job | Post, at: number): void {
    this.agenda.add(at, item);
    this.arm();
  }

  /** The first item that has fallen due by then, with its time. */
  take(now: number): { at: number; item: Job | Post } | null {
    return this.agenda.take(now);
  }

  /** Those that count against the cap of an organization: what Layers starts by itself does not. */
  runningJobs(organizationId: string): number {
    let running = 0;
    for (const job of this.jobs) if (!job.hidden && job.organizationId === organizationId) running += 1;
    return running;
  }

  clear(): void {
    this.jobs.clear();
    this.posts.clear();
    this.agenda.clear();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.armedFor = Infinity;
  }

  /** The timer only serves webhooks and the ledger: a request works out by itself what has fallen due. */
  private arm(): void {
    const { nextAt } = this.agenda;
    // A clock that was moved overtakes a timer that runs in real time.
    if (nextAt === this.armedFor && nextAt > this.core.now()) return;
    clearTimeout(this.timer);
    this.armedFor = nextAt;
    if (nextAt === Infinity) return;
    const delay = Math.min(Math.max(nextAt - this.core.now(), 1), MAX_TIMEOUT_MS);
    this.timer = setTimeout(() => {
      this.armedFor = Infinity;
      this.onDue();
      this.arm();
    }, delay).unref();
  }
}
