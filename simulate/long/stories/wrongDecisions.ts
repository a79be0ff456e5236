import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { decideReview } from '../../../src/contract/messages';
import { quickest } from '../inputs';
import type { Life } from '../life';

/** A server has no more of them under way in one run. */
const AT_ONCE = 10;

interface Seen {
  /** By type of failure. */
  refusals: Record<string, number>;
  /** What all of them have added to the history. */
  events: number;
  outcome: string;
  reviewer: string | null;
}

/** Whoever has a link decides what nobody may decide, again and again; then the reviewer does. */
export async function wrongDecisions(life: Life, count: number): Promise<Seen> {
  await life.start(quickest({}));
  await life.untilReview();
  const wrong = { decision: 'approve', reviewer: 'mallory', revision: 0, scheduleAt: 'never' } as const;
  const before = life.events;
  const refusals: Record<string, number> = {};
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const tries = Array.from({ length: AT_ONCE }, () =>
      life.handle.executeUpdate(decideReview, { args: [wrong] }).then(() => 'taken', typeOf),
    );
    for (const type of await Promise.all(tries)) refusals[type] = (refusals[type] ?? 0) + 1;
  }
  const events = life.events - before;
  await life.approve();
  const { outcome, review } = await life.handle.result();
  return { refusals, events, outcome, reviewer: review?.reviewer ?? null };
}

function typeOf(error: unknown): string {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) throw error;
  return error.cause.type ?? '';
}
