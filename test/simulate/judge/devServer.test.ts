import { readFileSync } from 'node:fs';
import { temporal } from '@temporalio/proto';
import { Pool } from '../../../simulate/explore/pool';
import type { Verdict } from '../../../simulate/explore/verdict';
import { judgeGolden } from '../../../simulate/judge/golden';
import { accountOf, ledgersCompared, type Side } from '../../../simulate/judge/ledgers';
import { isPlayable } from '../../../simulate/judge/recording';
import { PLAIN_ENDINGS, plainPlan, type Plan, type PlainEnding } from '../../../simulate/plan';
import { loadWorkflows } from '../../../simulate/world/workflowCode';
import type { LedgerEntry } from '../../../src/sandbox';
import { workflowBundle } from '../../support/environment';
import { openDevServer } from './support/devServer';

const { History } = temporal.api.history.v1;
const DAY_MS = 86_400_000;
/** People's times are a matter of the seed: whether a customer is back before the reviewer decides, say. */
const MOST_SEEDS = 3;

/** One plan, as it was played on a real server and in the simulation. */
interface PlayedTwice {
  customer: string;
  server: Side;
  model: Side;
  verdict: Verdict;
}

/** The same plans on a real dev server, with a real worker and a sandbox over HTTP, and in the simulation. */
describe('the same plan on a real server and in the simulation', () => {
  const played = new Map<PlainEnding, PlayedTwice>();
  let problems: readonly string[] = [];

  beforeAll(async () => {
    const plans = PLAIN_ENDINGS.map((ending, index) => [ending, planOf(ending, index)] as const);
    const server = await openDevServer();
    const pool = new Pool(workflowBundle(), { size: 1 });
    try {
      const histories = await Promise.all(plans.map(([, plan]) => server.play(plan)));
      const ledger = server.ledger();
      for (const [index, [ending, plan]] of plans.entries()) {
        const real = { ledger, histories: histories[index]!.map(({ events }) => events ?? []) };
        played.set(ending, await inModel(pool, plan, real));
      }
      problems = [...server.problems];
    } finally {
      pool.close();
      await server.close();
    }
  }, 120_000);

  it('nobody has despaired of the server', () => {
    expect(problems).toEqual([]);
  });

  it.each(PLAIN_ENDINGS)('%s: the same effects, writes, decisions and results', (ending) => {
    const { customer, server, model, verdict } = played.get(ending)!;
    expect([verdict.problems, verdict.violations]).toEqual([[], []]);
    expect(accountOf(customer, server).lines.length).toBeGreaterThan(30);
    expect(ledgersCompared(customer, server, model)).toEqual([]);
  });

  it('what the server has recorded, the model enters event for event', async () => {
    const workflows = await loadWorkflows(readFileSync(workflowBundle(), 'utf8'));
    const histories = [...played.values()].flatMap(({ server }) => server.histories);
    const playable = histories.filter((events) => isPlayable({ events: [...events] }));
    expect(playable.length).toBeGreaterThan(histories.length / 2);
    for (const events of playable) {
      const { differences, problems: failed } = await judgeGolden({ events: [...events] }, workflows);
      expect([differences, failed]).toEqual([[], []]);
    }
  });

  it('an effect, a key or a decision that differs is told', () => {
    const { customer, server, model } = played.get('scheduled')!;
    const without = (isIt: (entry: LedgerEntry) => boolean): Side => ({
      ...model,
      ledger: model.ledger.filter((entry) => !isIt(entry)),
    });
    const post = without((entry) => entry.type === 'effect' && entry.effect === 'post.created');
    expect(ledgersCompared(customer, server, post)[0]).toContain(
      '1 on the server, 0 in the model: effect post.created',
    );
    const ledger = model.ledger.map((entry) =>
      entry.type === 'request' && entry.endpoint === 'POST /v1/projects'
        ? { ...entry, idempotencyKey: 'other' }
        : entry,
    );
    expect(ledgersCompared(customer, server, { ...model, ledger })).toHaveLength(2);
    const histories = model.histories.map((events) => events.filter((event) => !event.timerStartedEventAttributes));
    expect(ledgersCompared(customer, server, { ...model, histories })[0]).toContain('sets a timer');
    const looks = without((entry) => entry.type === 'request' && entry.method === 'GET');
    expect(ledgersCompared(customer, server, looks)).toEqual([]);
  });
});

/** From noon, so that both sides count days from the same one. */
function planOf(ending: PlainEnding, index: number): Plan {
  const plan = plainPlan(9_001 + index, ending);
  const [one] = plan.onboardings;
  // Nobody decides before the owner has cancelled.
  const onboarding = one!.cancelsIn === null ? one! : { ...one!, ending: 'expired' as const };
  return { ...plan, startAt: Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 2, onboardings: [onboarding] };
}

/** In the simulation, with one seed after another until people have acted in the same order. */
async function inModel(pool: Pool, plan: Plan, server: Side): Promise<PlayedTwice> {
  const { customer } = plan.onboardings[0]!;
  for (let tries = 1; ; tries += 1) {
    const verdict = await pool.live({ ...plan, seed: plan.seed + tries * 100 }, { trace: true, histories: true });
    const model = sideOf(verdict);
    if (tries === MOST_SEEDS || ledgersCompared(customer, server, model).length === 0)
      return { customer, server, model, verdict };
  }
}

/** A trace ends with the ledger, a line of JSON for each entry. */
const sideOf = ({ trace, histories }: Verdict): Side => ({
  ledger: trace.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LedgerEntry),
  histories: histories
    .filter(({ workflowId }) => !workflowId.includes('/'))
    .map(({ history }) => History.decode(history).events),
});
