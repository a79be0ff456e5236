import { quickest } from '../inputs';
import type { Life } from '../life';

const DAY_SECONDS = 86_400;
const HOUR_MS = 3_600_000;

interface Seen {
  /** At the ends of weeks. */
  stages: string[];
  reminded: number;
  outcome: string;
  decision: string | null;
}

/** A reviewer is reminded as often as asked for, over so many days, and decides in the last hour. */
export async function reminders(life: Life, days: number, count: number): Promise<Seen> {
  const remindEvery = `${(days * DAY_SECONDS) / count} seconds`;
  await life.start(quickest({ review: { deadline: `${days} days`, remindEvery } }));
  await life.untilReview();
  const stages = new Set<string>();
  await life.liveThrough(days - 1, ({ stage }) => stages.add(stage));
  await life.pass(DAY_SECONDS * 1_000 - HOUR_MS);
  const reminded = life.toldOf('review.reminder');
  await life.approve();
  const { outcome, review } = await life.handle.result();
  return { stages: [...stages], reminded, outcome, decision: review?.decision ?? null };
}
