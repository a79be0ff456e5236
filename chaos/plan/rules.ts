import type { Rule } from '../../src/sandbox';
import { cellOf, rulesOf } from './cells';
import { LOOKED_AT_CONTENT_MS, SLOW_CONTENT_MS } from './inputs';
import type { OnboardingPlan, PlannedFault } from './onboarding';
import { MATCHES, type Carrier } from './points';

/** Holds what a strike is to find under way. */
export const aimRule = (customer: string): string => `aim#${customer}`;
/** Holds what a cancel or an abort is to meet. */
export const stopRule = (customer: string): string => `stop#${customer}`;

const on = (carrier: Carrier, customer: string): Rule['match'] => ({
  ...MATCHES[carrier],
  customerExternalId: `^${customer}$`,
});

/** Everything that the sandbox is to do to one customer. */
export const planRules = (plan: OnboardingPlan): Rule[] => [
  ...plan.faults.flatMap(({ fault, point, carrier }) => rulesOf(cellOf(fault, point), carrier, plan.customer)),
  ...lookedAtRules(plan),
  ...aimRules(plan),
  ...stopRules(plan),
];

/** A fault that rides on a look at the job needs one: without time for it, the webhook comes first. */
function lookedAtRules({ faults, customer }: OnboardingPlan): Rule[] {
  const isLook = ({ fault, point, carrier }: PlannedFault): boolean =>
    carrier === 'job' && cellOf(fault, point).realisation.drafts[0]?.on === undefined;
  if (!faults.some(isLook)) return [];
  const action = { kind: 'job', job: 'content_generate', durationMs: LOOKED_AT_CONTENT_MS } as const;
  return [{ id: `looked-at#${customer}`, match: on('remix', customer), action }];
}

function aimRules({ aim, customer }: OnboardingPlan): Rule[] {
  if (aim === null || aim.point === 'during review') return [];
  const id = aimRule(customer);
  if (aim.point === 'during a wait')
    return [
      {
        id,
        match: on('remix', customer),
        times: 1,
        action: { kind: 'job', job: 'content_generate', durationMs: SLOW_CONTENT_MS },
      },
    ];
  // Before it is sent: the read before it is held, or, for a reset, the request itself before it has done anything.
  const when = aim.point !== 'before send' ? 'after' : ['find', 'sources'].includes(aim.carrier) ? 'before' : 'during';
  return [{ id, match: on(aim.carrier, customer), times: 1, action: { kind: 'hold', when } }];
}

function stopRules({ ending, stopAt, customer }: OnboardingPlan): Rule[] {
  const id = stopRule(customer);
  if (ending === 'cancelled') {
    if (stopAt === null || stopAt === 'review') return [];
    if (stopAt === 'job')
      return [
        {
          id,
          match: on('remix', customer),
          times: 1,
          action: { kind: 'job', job: 'content_generate', durationMs: SLOW_CONTENT_MS },
        },
      ];
    return [{ id, match: on(stopAt, customer), times: 1, action: { kind: 'hold', when: 'after' } }];
  }
  if (ending !== 'aborted' || stopAt === null || stopAt === 'upload') return [];
  if (stopAt === 'job')
    return [
      {
        id,
        match: on('remix', customer),
        times: 1,
        action: { kind: 'job', job: 'content_generate', outcome: 'canceled' },
      },
    ];
  const action = { kind: 'answer', status: 422, code: 'VALIDATION', message: 'Refused.', store: 'none' } as const;
  return [{ id, match: on('schedule', customer), action }];
}
