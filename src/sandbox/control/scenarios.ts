import type { Rule } from '../faults/rules';
import type { Config } from '../world/options';
import type { World } from '../world/world';

interface Scenario {
  /** What a partner sees, in one line. */
  summary: string;
  rules(config: Config): Rule[];
  /** Limits that hold for all customers; left out where a scenario is chosen for single customers. */
  limits?: { concurrentJobs?: number; writesPerDay?: number };
  /** Credits that every organization has left. */
  credits?: number;
}

const CREATE = '^/v1/projects$';
const INFLUENCERS = '/influencers$';
const REFRESH = '/keywords/refresh$';
const REMIX = '/content/slideshow-remix$';
const post = (path: string) => ({ method: 'POST', path });
const ANY_KEYWORDS = [post(CREATE), post(REFRESH)];
const ANY_INFLUENCER = [post(CREATE), post(INFLUENCERS)];

/** For each customer the first time only, so that the way back can be seen as well. */
const once = { times: 1, perCustomer: true };

const refused = (status: number, code: string, message: string, details?: Record<string, unknown>) =>
  ({ kind: 'answer', status, code, message, ...(details && { details }) }) as const;
const jobFails = (code: string, message: string) =>
  ({ kind: 'job', job: 'content_generate', outcome: 'failed', error: { code, message } }) as const;
const portraitFails = {
  kind: 'job',
  job: 'influencer_create',
  outcome: 'failed',
  error: { code: 'RENDER_FAILED', message: 'The portrait could not be rendered.' },
} as const;
const safety = 'The content failed the safety check.';

export const SCENARIOS: Record<string, Scenario> = {
  happy: { summary: 'everything works', rules: () => [] },
  'slow-keywords': {
    summary: 'keyword research takes four times as long as usual',
    rules: ({ durations }) =>
      ANY_KEYWORDS.map((match) => ({
        match,
        action: { kind: 'job', job: 'keyword_refresh', durationMs: durations.keywordsMs * 4 },
      })),
  },
  'keywords-never': {
    summary: 'keyword research never ends, a refresh fails',
    rules: () => [
      { match: post(CREATE), action: { kind: 'job', job: 'keyword_refresh', outcome: 'stuck' } },
      { match: post(REFRESH), action: { kind: 'job', job: 'keyword_refresh', outcome: 'failed' } },
    ],
  },
  'influencer-fails': {
    summary: 'the automatic influencer fails; one that is created after it is fine',
    rules: () => [{ match: post(CREATE), action: portraitFails }],
  },
  'influencers-all-fail': {
    summary: 'every influencer fails',
    rules: () => ANY_INFLUENCER.map((match) => ({ match, action: portraitFails })),
  },
  'rate-limit-storm': {
    summary: 'a third of all requests is refused with 429, with every form of Retry-After',
    rules: () => [
      { match: { path: '^/v1/', probability: 0.2 }, action: { kind: 'rate-limit', retryAfter: 1 } },
      { match: { path: '^/v1/', probability: 0.08 }, action: { kind: 'rate-limit', retryAfter: 0 } },
      { match: { path: '^/v1/', probability: 0.05 }, action: { kind: 'rate-limit', retryAfter: { dateIn: 2 } } },
      { match: { path: '^/v1/', probability: 0.01 }, action: { kind: 'rate-limit', retryAfter: null } },
    ],
  },
  billing: {
    summary: 'the wallet is empty: POST /_sandbox/credits tops it up',
    credits: 0,
    rules: () => [],
  },
  moderation: {
    summary: "each customer's first source is refused, the second fails in its job, the third is fine",
    rules: () => [
      { match: post(REMIX), ...once, action: refused(422, 'MODERATION_BLOCKED', safety) },
      { match: post(REMIX), ...once, after: 1, action: jobFails('MODERATION_BLOCKED', safety) },
    ],
  },
  'not-a-slideshow': {
    summary: "each customer's first source turns out to be a video",
    rules: () => [
      {
        match: post(REMIX),
        ...once,
        action: refused(422, 'NOT_A_SLIDESHOW', 'The source is a video, not a slideshow.'),
      },
    ],
  },
  'oauth-denied': {
    summary: "each customer's first consent is refused",
    rules: () => [{ ...once, action: { kind: 'deny-consent' } }],
  },
  'job-stuck': {
    summary: "each customer's first generation never ends",
    rules: () => [{ match: post(REMIX), ...once, action: { kind: 'job', job: 'content_generate', outcome: 'stuck' } }],
  },
  'job-fails': {
    summary: "each customer's first generation fails",
    rules: () => [{ match: post(REMIX), ...once, action: jobFails('INTERNAL', 'The renderer failed.') }],
  },
  'job-canceled': {
    summary: "each customer's first generation is cancelled by Layers",
    rules: () => [
      { match: post(REMIX), ...once, action: { kind: 'job', job: 'content_generate', outcome: 'canceled' } },
    ],
  },
  'job-instant': {
    summary: 'generations end before their 202 has been read',
    rules: () => [
      { match: post(REMIX), action: { kind: 'job', job: 'content_generate', durationMs: 0 } },
      { match: post(REMIX), action: { kind: 'delay', ms: 300, when: 'after' } },
    ],
  },
  'expired-key': {
    summary: 'the API key stops working at the first generation: POST /_sandbox/keys mends it',
    rules: () => [{ match: post(REMIX), times: 1, action: { kind: 'key', revoked: true } }],
  },
  'killed-key': {
    summary: 'the API key is suspended at the first generation: POST /_sandbox/keys mends it',
    rules: () => [{ match: post(REMIX), times: 1, action: { kind: 'key', killed: true } }],
  },
  'scope-missing': {
    summary: 'the key lacks content:write: POST /_sandbox/keys mends it',
    rules: () => [
      {
        match: post(REMIX),
        times: 1,
        action: {
          kind: 'key',
          scopes: [
            ...['projects:read', 'projects:write', 'influencers:write', 'content:read', 'content:approve'],
            ...['publish:read', 'publish:write', 'social:read', 'social:write', 'jobs:read', 'jobs:cancel'],
          ],
        },
      },
    ],
  },
  'project-archived': {
    summary: 'the project is archived under the feet of the first generation',
    rules: () => [{ match: post(REMIX), ...once, action: { kind: 'archive-project' } }],
  },
  'expired-window': {
    summary: "each customer's first generation happens, its answer is lost, and its key is forgotten",
    rules: () => [{ match: post(REMIX), ...once, action: { kind: 'close', when: 'after', store: 'none' } }],
  },
  'job-cap': {
    summary: 'one job at a time for the whole organization',
    limits: { concurrentJobs: 1 },
    rules: () => [],
  },
  'daily-cap': { summary: 'ten writes a day', limits: { writesPerDay: 10 }, rules: () => [] },
  'webhook-chaos': {
    summary: 'webhooks are lost, doubled, late, forged and stale',
    rules: () => [
      { match: { probability: 0.2 }, action: { kind: 'webhook', how: 'lose' } },
      { match: { probability: 0.2 }, action: { kind: 'webhook', how: 'double' } },
      { match: { probability: 0.2 }, action: { kind: 'webhook', how: 'late', ms: 3_000 } },
      { match: { probability: 0.2 }, action: { kind: 'webhook', how: 'forge' } },
      { match: { probability: 0.2 }, action: { kind: 'webhook', how: 'stale' } },
    ],
  },
  'flaky-network': {
    summary: 'one request in five breaks: before or after the effect, cut short, or as a page of a proxy',
    rules: () => [
      { match: { path: '^/v1/', probability: 0.04 }, action: { kind: 'close', when: 'before' } },
      { match: { path: '^/v1/', probability: 0.04 }, action: { kind: 'close', when: 'after' } },
      { match: { path: '^/v1/', probability: 0.04 }, action: { kind: 'html', when: 'before' } },
      { match: { path: '^/v1/', probability: 0.03 }, action: { kind: 'answer', status: 500, when: 'before' } },
      { match: { path: '^/v1/', probability: 0.03 }, action: { kind: 'answer', status: 503, when: 'after' } },
      { match: { path: '^/v1/', probability: 0.03 }, action: { kind: 'truncate' } },
      { match: { path: '^/v1/', probability: 0.1 }, action: { kind: 'delay', ms: 400 } },
    ],
  },
};

const PREFIX = 'scenario';

/**
 * In the place of the scenario before it. With a pattern for customers it holds for them alone, beside what holds for the
 * others.
 */
export function applyScenario(world: World, name: string, customerExternalId?: string): void {
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
  if (!scenario) throw new Error(`scenario: "${name}" is unknown; there are ${Object.keys(SCENARIOS).join(', ')}`);
  if (scenario.limits && customerExternalId !== undefined)
    throw new Error(`customerExternalId: "${name}" holds for everybody; leave the customer out`);
  const scope = customerExternalId === undefined ? `${PREFIX}:` : `${PREFIX}[${customerExternalId}]:`;
  world.faults.clear(world.core.config.seed, ({ id }) => id.startsWith(scope));
  const rules = scenario.rules(world.core.config).map((rule, index) => ({
    ...rule,
    id: `${scope}${name}:${index + 1}`,
    match: { ...rule.match, ...(customerExternalId !== undefined && { customerExternalId }) },
  }));
  if (customerExternalId !== undefined && scenario.credits !== undefined) {
    const broke = { required: 50, available: scenario.credits };
    const action = refused(402, 'BILLING_EXHAUSTED', 'Insufficient content-generation credits.', broke);
    rules.push({ id: `${scope}${name}:credits`, match: { ...post(REMIX), customerExternalId }, ...once, action });
  }
  world.faults.add(rules);
  if (customerExternalId !== undefined) return;
  const emptied = world.core.overrides.credits !== undefined;
  const { credits, limits } = scenario;
  world.core.overrides = { ...limits, ...(credits !== undefined && { credits }) };
  if (credits === undefined && !emptied) return;
  for (const organization of Object.values(world.core.state.organizations))
    organization.balance = credits ?? world.core.config.credits;
}

/** The rules that the start options name: at the start and after a reset. */
export function begin(world: World): void {
  applyScenario(world, world.core.config.scenario);
  world.faults.add(world.core.config.faults);
}
