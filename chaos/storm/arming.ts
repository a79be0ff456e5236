import type { OnboardingPlan } from '../plan';
import { aimRule } from '../plan/rules';
import type { StormContext } from './context';
import type { Journey } from './journey';

/** Whether an onboarding is where its plan wants the strike to find it. What has ended, or is not aimed at, is. */
export function isArmed({ fleet, ledger }: StormContext, { plan, workflowId, ended }: Journey): boolean {
  if (plan.aim === null || ended) return true;
  const view = fleet.view(workflowId);
  if (view !== undefined && !view.running) return true;
  if (plan.aim.point === 'during review') return view?.attention === 'reviewer';
  if (plan.aim.point === 'during a wait') return ledger.met(aimRule(plan.customer)) !== undefined;
  return ledger.holds(aimRule(plan.customer));
}

/** Lets go what was held for the strike. */
export async function release({ stage }: StormContext, journeys: readonly Journey[]): Promise<void> {
  await Promise.all(
    journeys
      .map(({ plan }) => plan)
      .filter(({ aim }) => aim !== null && aim.point !== 'during a wait' && aim.point !== 'during review')
      .map(({ customer }: OnboardingPlan) => stage.layers.removeRule(aimRule(customer))),
  );
}
