import { Hono } from 'hono';
import { z } from 'zod';
import { ruleSchema } from '../faults/rules';
import { mint, normalizeId } from '../format/ids';
import { callerOf } from '../requests/auth';
import { connectAccount } from '../resources/social/records';
import type { World } from '../world/world';
import { foreign } from './foreign';
import { applyScenario, begin, SCENARIOS } from './scenarios';
import { summarize } from './summary';

/** One rule or several. */
const rulesBody = z.preprocess((body) => [body].flat(), z.array(ruleSchema));
const scenarioBody = z.strictObject({ name: z.string(), customerExternalId: z.string().optional() });
const creditsBody = z
  .strictObject({
    /** Default: every organization. */
    organizationId: z.string().optional(),
    add: z.number().optional(),
    balance: z.number().min(0).optional(),
  })
  .refine(({ add, balance }) => (add === undefined) !== (balance === undefined), 'Give either add or balance.');
const keysBody = z.strictObject({
  /** The key itself or its id. Default: every key that something changed. */
  key: z.string().optional(),
  apiKeyId: z.string().optional(),
  killed: z.boolean().optional(),
  revoked: z.boolean().optional(),
  scopes: z.array(z.string()).optional(),
});
const accountBody = z
  .strictObject({
    projectId: z.string().optional(),
    /** Instead of a project that is there: the account is connected as soon as this customer has one. */
    customerExternalId: z.string().optional(),
    /** Default: minted. */
    id: z.string().startsWith('sa_').optional(),
    platform: z.enum(['tiktok', 'instagram']).default('tiktok'),
    handle: z.string().default('@sandbox'),
    leased: z.boolean().default(false),
  })
  .refine(({ projectId, customerExternalId }) => (projectId === undefined) !== (customerExternalId === undefined), {
    error: 'Give either projectId or customerExternalId.',
  });
const accountChange = z.strictObject({ status: z.enum(['connected', 'reauth_required', 'disconnected']) });

/**
 * How a test or a person steers the sandbox and reads what it saw. No key needed, so not open to web pages of others either;
 * nothing of it is in the ledger's requests.
 */
export function controlRoutes(world: World): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    return context.json({ error: { message } }, 422);
  });
  app.use(async (context, next) => {
    const problem = foreign(context.req.raw, world.core.url);
    if (problem !== null) return context.json({ error: { message: problem } }, 403);
    await next();
  });
  const saved = () => world.core.snapshots.changed();

  app.get('/ledger', (context) => {
    const entries = world.core.ledger.read(Number(context.req.query('since') ?? 0));
    const type = context.req.query('type');
    return context.json({ entries: type ? entries.filter((entry) => entry.type === type) : entries });
  });
  app.get('/summary', (context) => context.json(summarize(world)));
  app.get('/state', (context) => context.json(world.core.state));
  app.post('/reset', (context) => {
    world.reset();
    begin(world);
    return context.json({ reset: true });
  });

  app.get('/scenarios', (context) =>
    context.json({ scenarios: Object.entries(SCENARIOS).map(([name, { summary }]) => ({ name, summary })) }),
  );
  app.post('/scenario', async (context) => {
    const { name, customerExternalId } = scenarioBody.parse(await context.req.json());
    applyScenario(world, name, customerExternalId);
    return context.json({ scenario: name, rules: world.faults.list() });
  });

  for (const path of ['/behavior', '/faults']) {
    app.get(path, (context) => context.json({ rules: world.faults.list() }));
    app.post(path, async (context) => {
      const rules = rulesBody.parse(await context.req.json());
      return context.json({ rules: world.faults.add(rules) }, 201);
    });
    app.delete(path, (context) => {
      world.faults.clear(world.core.config.seed);
      return context.json({ rules: [] });
    });
    app.delete(`${path}/:id`, (context) => context.json({ removed: world.faults.remove(context.req.param('id')) }));
  }

  app.post('/credits', async (context) => {
    const { organizationId, add = 0, balance } = creditsBody.parse(await context.req.json());
    const all = Object.values(world.core.state.organizations);
    const named = organizationId === undefined ? all : [world.core.organization(organizationId)];
    for (const organization of named) organization.balance = balance ?? organization.balance + add;
    // Also what an organization begins with that no key has acted for yet.
    if (organizationId === undefined && world.core.overrides.credits !== undefined)
      world.core.overrides.credits = balance ?? world.core.overrides.credits + add;
    saved();
    return context.json({ organizations: named });
  });
  app.post('/keys', async (context) => {
    const { key, apiKeyId, ...change } = keysBody.parse(await context.req.json());
    const named =
      apiKeyId ??
      (key && callerOf(world.core, world.core.config.keys?.find((known) => known.key === key) ?? { key }).apiKeyId);
    for (const id of named ? [named] : Object.keys(world.core.state.keys))
      world.core.state.keys[id] = { ...world.core.state.keys[id], ...change };
    saved();
    return context.json({ keys: world.core.state.keys });
  });
  app.post('/accounts', async (context) => {
    const {
      projectId: named,
      customerExternalId,
      id = mint('sa'),
      ...rest
    } = accountBody.parse(await context.req.json());
    if (customerExternalId !== undefined) {
      const awaited = { id, ...rest, customerExternalId };
      world.core.state.awaitedAccounts.push(awaited);
      saved();
      return context.json(awaited, 201);
    }
    const projectId = normalizeId('prj', named ?? '');
    if (!projectId || !world.core.state.projects[projectId]) throw new Error('projectId: no such project');
    return context.json(connectAccount(world, { id, ...rest, projectId }), 201);
  });
  app.patch('/accounts/:id', async (context) => {
    const account = world.core.state.accounts[context.req.param('id')];
    if (!account) throw new Error('id: no such account');
    Object.assign(account, accountChange.parse(await context.req.json()));
    const organizationId = world.core.state.projects[account.projectId]?.organizationId ?? '';
    if (account.status === 'reauth_required') {
      const data = { socialAccountId: account.id, platform: account.platform };
      world.webhooks.emit('social_account.needs_reauth', { organizationId, projectId: account.projectId }, data);
    }
    saved();
    return context.json(account);
  });
  return app;
}
