import { audit, type Invariant } from '../../../chaos/audit';
import type { Evidence, RunRecord, Witness } from '../../../chaos/judge/evidence';
import type { OnboardingResult } from '../../../src/contract/result';
import type { EffectEntry, RequestEntry } from '../../../src/sandbox';

const BEGIN = Date.UTC(2026, 4, 1, 12);
const OPERATOR = 'key_operator';

/** Seconds of a story as a time of the ledger. */
export const at = (seconds: number): string => new Date(BEGIN + seconds * 1_000).toISOString();
export const ms = (seconds: number): number => BEGIN + seconds * 1_000;

type Asked = Partial<
  Pick<RequestEntry, 'idempotencyKey' | 'bodyHash' | 'status' | 'code' | 'retryAfter' | 'query' | 'class' | 'apiKeyId'>
>;

/** A ledger written by hand: what was asked when, and what came of it. */
export class Story {
  readonly ledger: (RequestEntry | EffectEntry)[] = [];
  readonly runs: RunRecord[] = [];
  readonly approvals: Evidence['approvals'][number][] = [];
  readonly resets: Evidence['resets'][number][] = [];
  readonly strikes: Evidence['strikes'][number][] = [];
  plan: Witness['plan'] = {
    ending: 'scheduled',
    again: false,
    changes: false,
    account: 'named',
    accountId: 'sa_1',
    onCancel: 'keep',
  };
  postAt: Witness['postAt'] = { local: '2026-05-09T09:00', timezone: 'America/Los_Angeles' };
  secrets: string[] = ['lp_test_secret_key'];
  texts: Evidence['texts'][number][] = [];
  limits: Evidence['limits'] = { 'read-light': 100, 'write-light': 100, 'long-running': 100 };
  replayFailures: Evidence['replayFailures'][number][] = [];

  constructor(readonly customer = 'acme') {}

  /** A request, answered at once unless `status` is `null`. */
  ask(seconds: number, method: string, path: string, more: Asked = {}): RequestEntry {
    const seq = this.ledger.length + 1;
    const request: RequestEntry = {
      seq,
      type: 'request',
      at: at(seconds),
      requestId: `req_${seq}`,
      method,
      path,
      query: '',
      endpoint: null,
      class: method === 'GET' ? 'read-light' : 'write-light',
      apiKeyId: 'key_1',
      organizationId: 'org_1',
      idempotencyKey: method === 'GET' ? null : `key of ${path}`,
      bodyHash: method === 'GET' ? null : `body of ${path}`,
      status: 200,
      code: null,
      retryAfter: null,
      answeredAt: more.status === null ? null : at(seconds + 0.01),
      replayed: false,
      faults: [],
      wire: more.status === null ? 'closed' : 'answered',
      effects: [],
      ...more,
    };
    this.ledger.push(request);
    return request;
  }

  asOperator(seconds: number, method: string, path: string): RequestEntry {
    return this.ask(seconds, method, path, { apiKeyId: OPERATOR });
  }

  /** What a request did, or time alone. */
  effect(cause: RequestEntry | number, effect: string, id: string, data: Record<string, unknown> = {}): EffectEntry {
    const entry: EffectEntry = {
      seq: this.ledger.length + 1,
      type: 'effect',
      at: typeof cause === 'number' ? at(cause) : cause.at,
      effect,
      id,
      projectId: 'prj_1',
      customerExternalId: this.customer,
      requestId: typeof cause === 'number' ? null : cause.requestId,
      data,
    };
    if (typeof cause !== 'number') cause.effects.push(`${effect} ${id}`);
    this.ledger.push(entry);
    return entry;
  }

  run(more: Partial<RunRecord>): RunRecord {
    const run: RunRecord = {
      runId: `run-${this.runs.length + 1}`,
      text: this.ledger.map((entry) => (entry.type === 'effect' ? entry.id : '')).join(' '),
      startedAt: ms(0),
      closedAt: ms(60),
      ending: 'completed',
      result: null,
      failureType: null,
      calls: [],
      decidedAt: [],
      tasks: [],
      timers: [],
      stages: [],
      stopAskedAt: null,
      cleanUpFailed: false,
      signals: [],
      ...more,
    };
    this.runs.push(run);
    return run;
  }

  evidence(): Evidence {
    const { customer, plan, postAt, runs, ledger, approvals, resets, limits, secrets, texts, replayFailures } = this;
    return {
      ledger,
      witnesses: [{ customer, workflowId: `onboard-${customer}`, plan, postAt, runs }],
      approvals,
      resets,
      skips: [],
      strikes: this.strikes,
      operatorKeyId: OPERATOR,
      limits,
      secrets,
      texts,
      replayFailures,
    };
  }
}

/** What the auditor makes of a story. */
export const found = (story: Story): Invariant[] => audit(story.evidence()).map(({ invariant }) => invariant);
export const said = (story: Story): string[] => audit(story.evidence()).map(({ what }) => what);

/** Told to a history after its run was put down. */
export const know = (story: Story, ...ids: string[]): void => {
  for (const run of story.runs) run.text += ` ${ids.join(' ')}`;
};

/** The post of the good story. */
export const POST = {
  containerId: 'cnt_1',
  socialAccountId: 'sa_1',
  mode: 'publish',
  scheduledFor: '2026-05-09T16:00:00.000Z',
} as const;

export const result = (more: Partial<OnboardingResult>): OnboardingResult => ({
  outcome: 'scheduled',
  projectId: 'prj_1',
  influencerId: 'inf_1',
  containerId: 'cnt_1',
  revision: 0,
  review: null,
  scheduledPosts: [
    { scheduledPostId: 'sp_1', socialAccountId: 'sa_1', mode: 'publish', scheduledFor: '2026-05-09T16:00:00Z' },
  ],
  steps: [],
  ...more,
});

/** One customer from nothing to a scheduled post, as it should be. Tests spoil it in one place each. */
export function goodStory(): Story {
  const story = new Story();
  story.ask(0, 'GET', '/v1/projects', { query: 'customerExternalId=acme' });
  story.effect(story.ask(1, 'POST', '/v1/projects'), 'project.created', 'prj_1');
  const upload = story.ask(2, 'POST', '/v1/projects/prj_1/app-media');
  story.effect(upload, 'media.created', 'med_1', { kind: 'logo', url: 'https://acme.example/logo.png' });
  story.effect(3, 'influencer.ready', 'inf_1');
  const remix = story.ask(4, 'POST', '/v1/projects/prj_1/content/slideshow-remix', { class: 'long-running' });
  story.effect(remix, 'job.started', 'job_1', { kind: 'content_generate', hidden: false });
  story.effect(remix, 'content.created', 'cnt_1', { sourceTiktokId: '73', influencerId: 'inf_1', jobId: 'job_1' });
  story.effect(6, 'job.completed', 'job_1');
  story.effect(6, 'content.completed', 'cnt_1');
  story.approvals.push({ customer: 'acme', containerId: 'cnt_1', at: ms(10) });
  const schedule = story.ask(11, 'POST', '/v1/content/cnt_1/schedule');
  story.effect(schedule, 'post.created', 'sp_1', POST);
  story.run({ closedAt: ms(12), result: result({}) });
  return story;
}

/** The same customer, cancelled after the schedule: the post is taken back. */
export function cancelledStory(): Story {
  const story = goodStory();
  story.plan = { ...story.plan, ending: 'cancelled' };
  Object.assign(story.runs[0]!, { ending: 'cancelled', result: null, stopAskedAt: ms(20), closedAt: ms(25) });
  story.effect(story.ask(21, 'DELETE', '/v1/scheduled-posts/sp_1'), 'post.canceled', 'sp_1');
  return story;
}
