import type { Sandbox } from '../../src/sandbox';
import type { Job } from '../../src/sandbox/world/state';
import { effects } from './environment';

interface Left {
  /** Posts that will go out. */
  posts: { account: string; at: string; content: string }[];
  /** Kinds of the jobs that run. */
  jobs: string[];
}

/** What goes on by itself at Layers for a customer. */
export function left(sandbox: Sandbox, customer: string): Left {
  return {
    posts: effects(sandbox, 'post.created', customer)
      .map(({ id }) => sandbox.state.posts[id]!)
      .filter(({ status }) => status === 'queued')
      .map(({ target, scheduledFor, containerId }) => ({
        account: target.socialAccountId,
        at: new Date(scheduledFor).toISOString(),
        content: containerId,
      })),
    jobs: jobsStarted(sandbox, customer)
      .filter(({ status }) => status === 'running')
      .map(({ kind }) => kind),
  };
}

export const NOTHING: Left = { posts: [], jobs: [] };

/** How the jobs of a kind have ended, or that they run, in the order of their start. */
export const jobsOf = (sandbox: Sandbox, customer: string, kind: string): string[] =>
  jobsStarted(sandbox, customer)
    .filter((job) => job.kind === kind)
    .map(({ status }) => status);

/** All but those that Layers starts by itself, which no list shows. */
const jobsStarted = (sandbox: Sandbox, customer: string): Job[] =>
  effects(sandbox, 'job.started', customer)
    .map(({ id }) => sandbox.state.jobs[id]!)
    .filter(({ hidden }) => !hidden);
