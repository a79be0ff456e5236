import type { LedgerEntry } from '../../src/sandbox';
import { aimRule } from '../plan/rules';
import { resetToBeginning } from '../stage/reset';
import { insist, until } from '../stage/until';
import { isArmed } from './arming';
import type { StormContext } from './context';
import type { Journey } from './journey';

/** Resets the aimed workflows to their beginning, each in the situation that its plan names. */
export async function resetHistories(context: StormContext, journeys: readonly Journey[]): Promise<void> {
  await Promise.all(journeys.map((journey) => resetHistory(context, journey)));
}

async function resetHistory(context: StormContext, journey: Journey): Promise<void> {
  const { stage, ledger, journal, fleet } = context;
  const { aim, customer } = journey.plan;
  const running = fleet.view(journey.workflowId)?.running === true;
  if (aim === null || !running || !isArmed(context, journey)) return;
  const rule = aimRule(customer);
  const from = Date.now();
  const runId = await insist(() => resetToBeginning(stage, journey.workflowId));
  journey.replaced.add(runId);
  journal.resets.push({ customer, runId, from, at: Date.now(), point: aim.point });
  if (aim.point === 'during a wait' || aim.point === 'during review') return;
  // The new run comes to the same call while the old one is under way.
  const held = ledger.met(rule)!;
  const isSame = (entry: LedgerEntry): boolean =>
    entry.type === 'request' &&
    entry.seq > held.seq &&
    entry.method === held.method &&
    entry.path === held.path &&
    // Several assets go to one path.
    entry.bodyHash === held.bodyHash;
  await until(() => stage.sandbox.ledger().some(isSame), 6_000, 100);
  await stage.layers.removeRule(rule);
}
