import type { Action, Rule } from '../../src/sandbox';
import type { Carrier, Point } from './points';

type DraftAction = Rule['action'];

/** One rule of the sandbox, before it is bound to a customer. The first of a list is the fault itself, and counted. */
export interface Draft extends Pick<Rule, 'after' | 'times'> {
  action: DraftAction;
  /** Default: what the carrier stands for. */
  on?: Carrier;
}

/** How one fault meets one point. */
export interface Realisation {
  /** Any of them will do. */
  carriers: readonly Carrier[];
  drafts: Draft[];
  /** Takes long enough that nothing later in the flow can be waited for. */
  slow?: true;
  /** Stays until an operator has mended the cause, then the step is retried. */
  untilMended?: true;
  /** The job is over before the worker could poll it. */
  leavesNoJob?: true;
  /** Outlasts the idempotency key: the onboarding's clock is moved on by a day. */
  outlastsTheKey?: true;
}

/** A fault at each point where it makes sense. */
export type AtPoints = Partial<Record<Point, Realisation>>;

export const WRITES = ['create', 'upload', 'remix', 'schedule'] as const;
export const LOOKS = ['influencers', 'keywords', 'job'] as const;
/** Waits that no webhook can shorten: what Layers asked for there is kept by Temporal alone. */
export const QUIET_LOOKS = ['influencers', 'keywords'] as const;
export const IN_REVIEW = ['mint', 'consent', 'mirror'] as const;
const DAY_SECONDS = '86400';

export const once = (action: DraftAction): Draft => ({ times: 1, action });
export const on = (
  carriers: readonly Carrier[],
  action: DraftAction,
  more: Omit<Realisation, 'carriers' | 'drafts'> = {},
): Realisation => ({ carriers, drafts: [once(action)], ...more });

export const refusal = (
  status: number,
  code: string,
  message: string,
  details?: Record<string, unknown>,
  headers?: Record<string, string>,
): DraftAction => ({
  kind: 'answer',
  status,
  code,
  message,
  ...(details && { details }),
  ...(headers && { headers }),
  store: 'none',
});

export const job = (more: Omit<Extract<Rule['action'], { kind: 'job' }>, 'kind'>): DraftAction => ({
  kind: 'job',
  ...more,
});
export const ending = (
  outcome: 'failed' | 'canceled' | 'stuck',
  error?: { code: string; message: string },
): Realisation => ({
  carriers: ['job'],
  drafts: [{ ...once(job({ job: 'content_generate', outcome, ...(error && { error }) })), on: 'remix' }],
});

/** What cannot heal by itself: it holds until the operator mends it. */
export const standing = (carriers: readonly Carrier[], action: DraftAction): Realisation => ({
  carriers,
  drafts: [{ action }],
  untilMended: true,
});
export const keyTrouble = (action: DraftAction): AtPoints => ({
  'before send': standing(WRITES, action),
  'during a wait': standing(LOOKS, action),
  'during review': standing(['mint', 'consent'], action),
});

export const limited = (
  name: string,
  retryAfter: number | { dateIn: number } | null,
  slow?: true,
): { name: string; at: AtPoints } => {
  const action: DraftAction = { kind: 'rate-limit', retryAfter };
  const more = slow ? { slow } : {};
  return {
    name,
    at: {
      'before send': on(['upload', 'remix', 'schedule'], action, more),
      'during a wait': on(QUIET_LOOKS, action, more),
    },
  };
};

/** After a first answer that leaves open what was done: an outage that Layers announces for a day, by whose end it has forgotten the key. */
export const outageOfADay = (after: number): Draft[] => [
  {
    after,
    times: 1,
    action: refusal(503, 'INTERNAL', 'Down for maintenance.', undefined, { 'Retry-After': DAY_SECONDS }),
  },
  { after: after + 1, action: { kind: 'forget-answers', of: 'path' } },
];
export const storedError = (when: 'before' | 'after'): Realisation => ({
  carriers: ['upload', 'schedule'],
  drafts: [once({ kind: 'answer', when, status: 500, store: 'fault' }), ...outageOfADay(2)],
  slow: true,
  outlastsTheKey: true,
});

export const webhook = (how: Extract<Action, { kind: 'webhook' }>['how'], ms?: number): AtPoints => {
  const action: DraftAction = { kind: 'webhook', how, ...(ms !== undefined && { ms }) };
  return { 'during a wait': on(['events'], action), 'during review': on(['consents'], action) };
};
