import type { Action, Rule } from '../../src/sandbox';
import { MATCHES, type Carrier, type Point } from './points';

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
  /** The job is over before anybody could look at it. */
  leavesNoJob?: true;
  /** Outlasts the idempotency key: the onboarding's clock is moved on by a day. */
  outlastsTheKey?: true;
}

export interface Fault {
  name: string;
  at: Partial<Record<Point, Realisation>>;
}

const WRITES = ['create', 'upload', 'remix', 'schedule'] as const;
const LOOKS = ['influencers', 'keywords', 'job'] as const;
/** Waits that no webhook can shorten: what Layers asked for there is kept by Temporal alone. */
const QUIET_LOOKS = ['influencers', 'keywords'] as const;
const IN_REVIEW = ['mint', 'consent', 'mirror'] as const;
const DAY_SECONDS = '86400';

const once = (action: DraftAction): Draft => ({ times: 1, action });
const on = (
  carriers: readonly Carrier[],
  action: DraftAction,
  more: Omit<Realisation, 'carriers' | 'drafts'> = {},
): Realisation => ({ carriers, drafts: [once(action)], ...more });

const refusal = (
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

const job = (more: Omit<Extract<Rule['action'], { kind: 'job' }>, 'kind'>): DraftAction => ({ kind: 'job', ...more });
const ending = (outcome: 'failed' | 'canceled' | 'stuck', error?: { code: string; message: string }): Realisation => ({
  carriers: ['job'],
  drafts: [{ ...once(job({ job: 'content_generate', outcome, ...(error && { error }) })), on: 'remix' }],
});

/** What cannot heal by itself: it holds until somebody mends it. */
const standing = (carriers: readonly Carrier[], action: DraftAction): Realisation => ({
  carriers,
  drafts: [{ action }],
  untilMended: true,
});
const keyTrouble = (action: DraftAction): Fault['at'] => ({
  'before send': standing(WRITES, action),
  'during a wait': standing(LOOKS, action),
  'during review': standing(['mint', 'consent'], action),
});

const limited = (name: string, retryAfter: number | { dateIn: number } | null, slow?: true): Fault => {
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

/** After a first answer that settles nothing: an outage that is announced to last a day, then keys are forgotten. */
const anOutageOfADay = (after: number): Draft[] => [
  {
    after,
    times: 1,
    action: refusal(503, 'INTERNAL', 'Down for maintenance.', undefined, { 'Retry-After': DAY_SECONDS }),
  },
  { after: after + 1, action: { kind: 'forget-answers', of: 'path' } },
];
const storedError = (when: 'before' | 'after'): Realisation => ({
  carriers: ['upload', 'schedule'],
  drafts: [once({ kind: 'answer', when, status: 500, store: 'fault' }), ...anOutageOfADay(2)],
  slow: true,
  outlastsTheKey: true,
});

const webhook = (how: Extract<Action, { kind: 'webhook' }>['how'], ms?: number): Fault['at'] => {
  const action: DraftAction = { kind: 'webhook', how, ...(ms !== undefined && { ms }) };
  return { 'during a wait': on(['events'], action), 'during review': on(['consents'], action) };
};

/** Every fault that the sandbox can play, with the points where it makes sense. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'connection closed',
    at: {
      'before send': on(WRITES, { kind: 'close', when: 'before' }),
      'after the effect': on(WRITES, { kind: 'close', when: 'after' }),
      'during a wait': on(LOOKS, { kind: 'close', when: 'before' }),
      'during review': on(IN_REVIEW, { kind: 'close', when: 'after' }),
    },
  },
  {
    name: 'time-out',
    at: {
      'before send': on(['create', 'remix', 'schedule'], { kind: 'hang', when: 'before' }, { slow: true }),
      'after the effect': on(['create', 'remix', 'schedule'], { kind: 'hang', when: 'after' }, { slow: true }),
      'during a wait': on(LOOKS, { kind: 'hang', when: 'before' }, { slow: true }),
    },
  },
  {
    name: '5xx, not stored',
    at: {
      'before send': on(WRITES, { kind: 'answer', when: 'before', status: 500, store: 'none' }),
      'after the effect': on(WRITES, { kind: 'answer', when: 'after', status: 503, store: 'real' }),
      'during a wait': on(LOOKS, { kind: 'answer', when: 'before', status: 502, store: 'none' }),
      'during review': on(IN_REVIEW, { kind: 'answer', when: 'before', status: 500, store: 'none' }),
    },
  },
  {
    name: '5xx, stored under the key',
    at: { 'before send': storedError('before'), 'after the effect': storedError('after') },
  },
  {
    name: 'truncated answer',
    at: { 'after the effect': on(WRITES, { kind: 'truncate' }), 'during a wait': on(LOOKS, { kind: 'truncate' }) },
  },
  {
    name: 'HTML answer',
    at: {
      'before send': on(WRITES, { kind: 'html', when: 'before', status: 502 }),
      'after the effect': on(WRITES, { kind: 'html', when: 'after', status: 200 }),
      'during a wait': on(LOOKS, { kind: 'html', when: 'before', status: 200 }),
    },
  },
  limited('429, Retry-After 0', 0),
  limited('429, Retry-After 1', 1),
  limited('429, Retry-After 60', 60, true),
  limited('429, Retry-After as a date', { dateIn: 3 }),
  limited('429 without Retry-After', null, true),
  {
    name: 'job failed',
    at: { 'during a wait': ending('failed', { code: 'INTERNAL', message: 'The renderer failed.' }) },
  },
  { name: 'job cancelled', at: { 'during a wait': ending('canceled') } },
  { name: 'job stuck', at: { 'during a wait': { ...ending('stuck'), slow: true } } },
  {
    name: 'job over before its 202',
    at: {
      'after the effect': {
        carriers: ['remix'],
        drafts: [
          once({ kind: 'delay', ms: 400, when: 'after' }),
          once(job({ job: 'content_generate', durationMs: 0 })),
        ],
        leavesNoJob: true,
      },
    },
  },
  {
    name: 'influencer failed',
    at: {
      'during a wait': {
        carriers: ['influencers'],
        drafts: [{ ...once(job({ job: 'influencer_create', outcome: 'failed' })), on: 'create' }],
      },
    },
  },
  {
    name: 'keywords never',
    at: {
      'during a wait': {
        carriers: ['keywords'],
        drafts: [{ ...once(job({ job: 'keyword_refresh', outcome: 'stuck' })), on: 'create' }],
      },
    },
  },
  {
    name: 'credits exhausted',
    at: {
      'before send': standing(
        ['remix'],
        refusal(402, 'BILLING_EXHAUSTED', 'Insufficient credits.', { required: 50, available: 0 }),
      ),
    },
  },
  {
    name: 'moderation',
    at: {
      'before send': on(['remix'], refusal(422, 'MODERATION_BLOCKED', 'The content failed the safety check.')),
      'during a wait': ending('failed', {
        code: 'MODERATION_BLOCKED',
        message: 'The content failed the safety check.',
      }),
    },
  },
  { name: 'key revoked', at: keyTrouble(refusal(401, 'UNAUTHENTICATED', 'The API key has been rotated away.')) },
  { name: 'key killed', at: keyTrouble(refusal(503, 'KILL_SWITCH', 'Access is suspended.', { scope: 'key' })) },
  {
    name: 'scope missing',
    at: keyTrouble(refusal(403, 'FORBIDDEN_SCOPE', 'The API key lacks a scope.', { requiredScope: 'some:scope' })),
  },
  {
    name: 'project archived',
    at: {
      'before send': on(['remix'], { kind: 'archive-project' }),
      'during a wait': on(['job'], { kind: 'archive-project' }),
      'during review': on(['mint'], { kind: 'archive-project' }),
    },
  },
  {
    name: 'idempotency window over',
    at: {
      'after the effect': {
        carriers: ['upload', 'schedule'],
        drafts: [once({ kind: 'close', when: 'after', store: 'none' }), ...anOutageOfADay(1)],
        slow: true,
        outlastsTheKey: true,
      },
    },
  },
  { name: 'webhook lost', at: webhook('lose') },
  { name: 'webhook doubled', at: webhook('double') },
  { name: 'webhook late', at: webhook('late', 2_500) },
  { name: 'webhook forged', at: webhook('forge') },
  { name: 'consent refused', at: { 'during review': on(['consents'], { kind: 'deny-consent' }) } },
  {
    name: 'job cap reached',
    at: {
      'before send': on(
        ['remix'],
        refusal(429, 'RATE_LIMITED', 'Too many jobs at once.', { limit: 1, window: 'concurrent_jobs' }),
        { slow: true },
      ),
    },
  },
  {
    name: 'daily write cap reached',
    at: {
      'before send': on(
        ['upload', 'schedule'],
        // As it is refused 20 s before midnight.
        refusal(
          429,
          'RATE_LIMITED',
          'Too many writes today.',
          { limit: 10_000, window: 'day' },
          { 'Retry-After': '20' },
        ),
        { slow: true },
      ),
    },
  },
];

export interface Cell {
  fault: string;
  point: Point;
  realisation: Realisation;
}

export const CELLS: readonly Cell[] = FAULTS.flatMap(({ name, at }) =>
  Object.entries(at).map(([point, realisation]) => ({ fault: name, point: point as Point, realisation })),
);

export const cellOf = (fault: string, point: Point): Cell =>
  CELLS.find((cell) => cell.fault === fault && cell.point === point)!;

/** The rules of one fault for one customer. What a rule did shows in the ledger by its id. */
export function rulesOf(cell: Cell, carrier: Carrier, customer: string): Rule[] {
  return cell.realisation.drafts.map(({ on: other, ...draft }, index) => ({
    ...draft,
    id: ruleId(cell.fault, cell.point, customer, index),
    match: { ...MATCHES[other ?? carrier], customerExternalId: `^${customer}$` },
  }));
}

const ruleId = (fault: string, point: Point, customer: string, index: number): string =>
  `${fault}@${point}#${customer}${index === 0 ? '' : `/${index}`}`;

/** Which cell a rule that acted counts for; `null` for the rules behind the first, and for those that are no fault. */
export function cellOfRule(id: string): { fault: string; point: Point; customer: string } | null {
  const [, fault, point, customer] = /^([^@]+)@([^#]+)#([^/]+)$/.exec(id) ?? [];
  return fault === undefined ? null : { fault, point: point as Point, customer: customer! };
}
