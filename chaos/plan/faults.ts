import {
  ending,
  IN_REVIEW,
  job,
  keyTrouble,
  limited,
  LOOKS,
  on,
  once,
  outageOfADay,
  refusal,
  standing,
  storedError,
  webhook,
  WRITES,
  type AtPoints,
} from './realisation';

export interface Fault {
  name: string;
  at: AtPoints;
}

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
        drafts: [once({ kind: 'close', when: 'after', store: 'none' }), ...outageOfADay(1)],
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
