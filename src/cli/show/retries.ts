import { isWait, type RetriedCall } from '../../client/retries';
import { STEP_OF, type LayersActivities } from '../../contract/activities';
import type { StepStatus } from '../../contract/status';
import { STEP_TABLE, type Step } from '../../contract/steps';
import { span } from '../../words';
import { clean } from './text';

/** Which step makes a call. `getJob` serves every step that waits for a job: the latest one under way is meant. */
export function stepOf(call: RetriedCall, steps: readonly StepStatus[]): Step | null {
  if (call.activity !== 'getJob') return STEP_OF[call.activity as keyof LayersActivities] ?? null;
  const isUnderWay = ({ state }: StepStatus): boolean => state === 'running' || state === 'waiting';
  return steps.findLast((one) => STEP_TABLE[one.step].waitsOn === 'job' && isUnderWay(one))?.step ?? null;
}

/** The trouble that Temporal is dealing with, calmly: what, and when it tries again. */
export function retrySentence(call: RetriedCall, now: number): string {
  const what =
    call.type === 'RATE_LIMITED'
      ? 'Layers asked us to slow down (429).'
      : `${clean(call.activity)} did not succeed yet: ${clean(call.message).slice(0, 200) || clean(call.type ?? '') || 'no reason given'}`;
  const sentence = /[.!?\]]$/.test(what) ? what : `${what}.`;
  const wait = call.nextAt === null ? 0 : Date.parse(call.nextAt) - now;
  return `${sentence} ${wait <= 0 ? 'Trying again now' : `Next try in ${span(Math.max(1000, wait))}`} (attempt ${call.attempt}).`;
}

/** Retries worth telling of, each kind of trouble once: the one that tries again first. */
export function troubles(retries: readonly RetriedCall[]): RetriedCall[] {
  const byKind = new Map<string, RetriedCall>();
  const soonestFirst = retries
    .filter((call) => !isWait(call))
    .sort((a, b) => (a.nextAt ?? '').localeCompare(b.nextAt ?? ''));
  for (const call of soonestFirst) {
    const kind = call.type === 'RATE_LIMITED' ? call.type : `${call.activity} ${call.message}`;
    if (!byKind.has(kind)) byKind.set(kind, call);
  }
  return [...byKind.values()];
}
