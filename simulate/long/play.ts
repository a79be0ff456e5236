import { temporal } from '@temporalio/proto';
import type { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import { ONBOARD_CUSTOMER } from '../../src/contract/messages';
import { Clock } from '../clock/clock';
import { liveBy, realNow } from '../clock/virtualTime';
import type { Verdict } from '../explore/verdict';
import { happyPlan } from '../plan';
import { Stage } from '../world/stage';
import { figuresOf, type Figures } from './figures';
import { Life } from './life';

/** What became of a long life. */
export interface Lived<Seen> {
  /** By those who took part. */
  seen: Seen;
  figures: Figures;
  /** The model or the product has failed. */
  problems: string[];
  /** The run in the middle, for the real Core to replay. */
  middle: Verdict['histories'][number];
  /** By the machine's own clock. */
  wallMs: number;
}

const SEED = 1;
const { History } = temporal.api.history.v1;

/** Plays a story to its end in a world of its own, in which nothing goes wrong but what the story brings. */
export async function play<Seen>(
  tell: (life: Life) => Promise<Seen>,
  workflows: ReusableVMWorkflowCreator,
): Promise<Lived<Seen>> {
  const began = realNow();
  const plan = { ...happyPlan(SEED), onboardings: [] };
  const clock = new Clock(SEED, plan.startAt);
  liveBy(clock);
  const stage = new Stage(plan, clock, workflows, () => undefined);
  try {
    await stage.prepare();
    let isOver = false;
    const life = new Life(stage);
    const telling = tell(life).finally(() => (isOver = true));
    telling.catch(() => undefined); // thrown below
    const stop = await clock.run(() => isOver);
    if (!isOver) throw new Error(`The story has come to a standstill: ${stop}.`);
    const seen = await telling;
    const runs = stage.service.executions.filter(({ type }) => type === ONBOARD_CUSTOMER);
    const { workflowId, runId, history } = runs[Math.floor(runs.length / 2)]!;
    return {
      seen,
      figures: figuresOf(runs, life.requestsInAll),
      problems: stage.journal.problems,
      middle: { workflowId, runId, history: History.encode({ events: history }).finish() },
      wallMs: realNow() - began,
    };
  } finally {
    stage.close();
    liveBy(null);
  }
}
