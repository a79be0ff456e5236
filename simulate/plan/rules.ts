import type { Rule } from '../../src/sandbox';
import type { Random } from '../clock/random';

type Action = Rule['action'];
interface Kind {
  /** How likely a seed is to have it. */
  share: number;
  rules: (random: Random) => Rule[];
}

const PATHS = [
  ...['^/v1/', '^/v1/projects$', '/app-media$', '/influencers', '/keywords', '/slideshow-remix$', '^/v1/jobs/'],
  ...['^/v1/content/', '/schedule$', '/approve$', '/oauth-url$', '/oauth-status', '/scheduled-posts', '/content$'],
  ...['/source-recommendations$', '/social-accounts$'],
];
const LASTING = ['^/v1/projects$', '/app-media$', '/schedule$'];
const EVENTS = ['', '^job', '^content', '^social_account', '^post'];

const when = (random: Random): 'before' | 'after' => random.pick(['before', 'after'] as const);

/** Some requests to one place; the first few of them pass, or none. */
const at = (random: Random, action: Action, paths: readonly string[] = PATHS): Rule => ({
  match: { path: random.pick(paths) },
  after: random.between(0, 8),
  times: random.spread(1, 6),
  action,
});

const several = (most: number, one: (random: Random) => Rule) => (random: Random) =>
  Array.from({ length: random.between(1, most) }, () => one(random));

/** The kinds of what Layers does wrong, and refuses. */
export const KINDS = {
  'server errors': {
    share: 0.3,
    rules: several(3, (random) =>
      at(random, { kind: 'answer', when: when(random), status: random.pick([500, 502, 503, 504]), code: 'INTERNAL' }),
    ),
  },
  'errors stored under the key': {
    share: 0.15,
    rules: several(2, (random) => {
      const action = { kind: 'answer', when: when(random), status: 500, code: 'INTERNAL', store: 'fault' } as const;
      return { ...at(random, action), match: { method: 'POST', path: random.pick(PATHS) }, times: 1 };
    }),
  },
  'a day without answers': { share: 0.06, rules: dayOff },
  'rate limits': {
    share: 0.3,
    rules: several(3, (random) =>
      at(random, { kind: 'rate-limit', retryAfter: random.pick([0, 1, 7, 30, 90, { dateIn: 12 }, null]) }),
    ),
  },
  'pages of a proxy': {
    share: 0.2,
    rules: several(2, (random) => {
      const status = random.pick([502, 503, 200]);
      const rule = at(random, { kind: 'html', when: when(random), status });
      // After a few successes that cannot be read a step blocks; a clean-up, which nobody could let go on, fails.
      return status === 200 ? { ...rule, times: 1 } : rule;
    }),
  },
  'broken connections': {
    share: 0.3,
    rules: several(3, (random) => {
      const kind = random.pick(['close', 'hang', 'truncate'] as const);
      return at(random, kind === 'truncate' ? { kind } : { kind, when: when(random) });
    }),
  },
  delays: {
    share: 0.25,
    rules: several(3, (random) =>
      at(random, {
        kind: 'delay',
        ms: random.spread(100, 60_000),
        when: random.pick(['before', 'during', 'after'] as const),
      }),
    ),
  },
  // But ids in another spelling, by which the auditor would find nothing in a history.
  'other forms': {
    share: 0.15,
    rules: (random) => [
      {
        match: { path: '^/v1/' },
        action: {
          kind: 'form',
          ...random.pick([
            { pageSize: random.between(1, 3) },
            { emptyLists: random.pick(['null', 'absent'] as const) },
            { times: random.pick(['seconds', 'microseconds', 'offset', 'shifted-offset'] as const) },
            { createdAtShift: random.between(-120, 120) },
            { extraFields: true, lastCursor: random.pick(['absent', 'empty'] as const) },
          ]),
        },
      },
    ],
  },
  jobs: {
    share: 0.2,
    rules: several(2, (random) => ({
      match: { method: 'POST', path: random.pick(['/slideshow-remix$', '^/v1/projects$', '/influencers$']) },
      after: random.between(0, 1),
      times: 1,
      action: {
        kind: 'job',
        outcome: random.pick(['completed', 'completed', 'failed', 'canceled', 'stuck'] as const),
        durationMs: random.pick([0, random.spread(100, 3_000_000)]),
      },
    })),
  },
  refusals: {
    share: 0.15,
    rules: several(2, (random) => {
      const [status, code, path] = random.pick([
        [422, 'MODERATION_BLOCKED', '/slideshow-remix$'],
        [422, 'NOT_A_SLIDESHOW', '/slideshow-remix$'],
        [429, 'RATE_LIMITED', '/slideshow-remix$'],
        [409, 'CONFLICT', '/schedule$'],
        [422, 'VALIDATION', '/schedule$'],
      ] as const);
      // As Layers does: what it has refused under a key it refuses again, unless it has not even read it.
      const store = code === 'RATE_LIMITED' ? 'none' : 'fault';
      const action = { kind: 'answer', status, code, message: 'Refused by a rule.', store } as const;
      return { match: { method: 'POST', path }, times: random.between(1, 3), action };
    }),
  },
  'what an operator mends': {
    share: 0.15,
    rules: (random) => [
      {
        ...at(
          random,
          random.pick<Action>([
            { kind: 'key', revoked: true },
            { kind: 'key', killed: true },
            { kind: 'key', scopes: ['projects:read', 'projects:write', 'content:read', 'jobs:read'] },
            { kind: 'archive-project' },
            { kind: 'credits', balance: 0 },
          ]),
        ),
        times: 1,
      },
    ],
  },
  'refused consents': {
    share: 0.1,
    rules: (random) => [{ times: random.between(1, 3), perCustomer: true, action: { kind: 'deny-consent' } }],
  },
  webhooks: {
    share: 0.4,
    rules: several(4, (random) => ({
      match: { path: random.pick(EVENTS), probability: random.pick([0.3, 1]) },
      action: {
        kind: 'webhook',
        how: random.pick(['lose', 'double', 'late', 'forge', 'stale'] as const),
        ms: random.spread(100, 3_600_000),
      },
    })),
  },
} as const satisfies Record<string, Kind>;

/** Swarm testing: a seed has some kinds of faults and none of the others, so that no kind hides another. */
export const dealRules = (random: Random): Rule[] =>
  Object.entries(KINDS).flatMap(([kind, { share, rules }]) =>
    random.chance(share) ? rules(random).map((rule, index) => ({ ...rule, id: `${kind} ${index + 1}` })) : [],
  );

/** The answer is lost, and by the end of an outage that Layers announces for a day its key has died. */
function dayOff(random: Random): Rule[] {
  const match = { method: 'POST', path: random.pick(LASTING) };
  const outage = { kind: 'answer', status: 503, code: 'INTERNAL', message: 'Down for maintenance.' } as const;
  const headers = { 'Retry-After': '86400' };
  return [
    { match, times: 1, action: { kind: 'close', when: 'after' } },
    { match, after: 1, times: random.between(1, 2), action: { ...outage, headers, store: 'none' } },
  ];
}
