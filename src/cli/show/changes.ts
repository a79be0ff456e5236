import type { OnboardingView } from '../../client/view';
import type { RetriedCall } from '../../client/retries';
import type { Blocked, CleanupItem, ReviewStatus, SourceCandidate, StepStatus } from '../../contract/status';
import type { ReviewDecision } from '../../contract/result';
import { troubles } from './retries';

/** One thing that has changed between two looks: a line of the plain and of the JSON output. */
export type Change =
  | { kind: 'step'; step: StepStatus; ms: number | null }
  | { kind: 'blocked'; blocked: Blocked }
  | { kind: 'review'; review: ReviewStatus }
  | { kind: 'decision'; decision: ReviewDecision }
  | { kind: 'choices'; choices: SourceCandidate[] }
  | { kind: 'retry'; call: RetriedCall }
  | { kind: 'note'; text: string }
  | { kind: 'cleanup'; item: CleanupItem }
  | { kind: 'silent'; why: string }
  | { kind: 'ended'; view: OnboardingView };

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The items of the second list that are not in the first. */
const added = <T>(before: readonly T[], after: readonly T[]): T[] =>
  after.filter((one) => !before.some((other) => same(one, other)));

/** Everything worth a line since the last look, in the order of the flow; at the first look, all that is known. */
export function changesBetween(before: OnboardingView | null, after: OnboardingView): Change[] {
  const then = before?.status ?? null;
  const now = after.status;
  const changes: Change[] = [];
  if (now !== null) {
    for (const step of now.steps) {
      const was = then?.steps.find((other) => other.step === step.step);
      const unchanged = was?.state === step.state && was.fact === step.fact && was.startedAt === step.startedAt;
      if (step.state !== 'pending' && !unchanged) changes.push({ kind: 'step', step, ms: took(step) });
    }
    changes.push(...added(then?.blocked ?? [], now.blocked).map((blocked) => ({ kind: 'blocked' as const, blocked })));
    if (now.choices !== null && then?.choices == null) changes.push({ kind: 'choices', choices: now.choices });
    const decided = now.review?.decision;
    const asked = then?.review?.revision === now.review?.revision && then?.review != null;
    if (now.review !== null && decided === undefined && !asked) changes.push({ kind: 'review', review: now.review });
    if (decided !== undefined && !same(decided, then?.review?.decision))
      changes.push({ kind: 'decision', decision: decided });
    changes.push(...added(then?.notes ?? [], now.notes).map((text) => ({ kind: 'note' as const, text })));
    changes.push(...added(then?.cleanup ?? [], now.cleanup).map((item) => ({ kind: 'cleanup' as const, item })));
  }
  const known = (before?.retries ?? []).map(({ activity, attempt }) => `${activity} ${attempt}`);
  for (const call of troubles(after.retries))
    if (!known.includes(`${call.activity} ${call.attempt}`)) changes.push({ kind: 'retry', call });
  if (after.noStatus !== null && after.execution === 'running' && after.noStatus !== before?.noStatus)
    changes.push({ kind: 'silent', why: after.noStatus });
  if (after.execution !== 'running') changes.push({ kind: 'ended', view: after });
  return changes;
}

const took = ({ startedAt, finishedAt }: StepStatus): number | null =>
  startedAt === undefined || finishedAt === undefined ? null : Date.parse(finishedAt) - Date.parse(startedAt);
