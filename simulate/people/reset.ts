import type { Onboarding } from './onboarding';

/** What a worker has sent by then still arrives, in milliseconds. */
const ON_THE_WIRE_MS = 100;
/** For so long its calls may go on without knowing that nobody wants their answers any more, in milliseconds. */
const UNNOTICED_MS = 120_000;
const DAY_MS = 86_400_000;

/** As the server has it, after its first task; and as people have it, while its post is still to come. */
export function mayBeReset({ around, plan, workflowId }: Onboarding): boolean {
  const run = around.service.latest(workflowId);
  const isBegun = run?.history.some((event) => event.workflowTaskCompletedEventAttributes != null) === true;
  const postAt = around.journal.postAt.get(plan.customer);
  return isBegun && (postAt === undefined || Date.parse(`${postAt}Z`) > around.clock.now + DAY_MS);
}

/** Has its newest run thought over from its first task, as an operator does when code was wrong. */
export function reset({ around, plan, workflowId }: Onboarding): void {
  const { service, journal, clock } = around;
  const run = service.latest(workflowId)!;
  const { runId, firstRunId, startedAt } = run;
  const at = clock.now + ON_THE_WIRE_MS;
  // What goes on with a long history remembers what was decided before it went on.
  const first = service.find(workflowId, firstRunId)!;
  const isContinued = first.runId !== runId && first.status === 'CONTINUED_AS_NEW';
  journal.resets.push({ customer: plan.customer, runId, at: isContinued ? first.startedAt : at });
  journal.forgotten.push({ from: startedAt, to: clock.now + UNNOTICED_MS });
  service.reset(run);
}
