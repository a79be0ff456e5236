import type { Wave } from '../plan';
import { pause, until } from '../stage/until';
import { isArmed, release } from './arming';
import type { StormContext } from './context';
import type { Journey } from './journey';
import { strikeProcess } from './processes';
import { resetHistories } from './resets';

/** Longest wait for the onboardings of a wave to be where the strike is to find them. */
const ARM_MS = 15_000;
/** Less than what was in flight takes to go on, by about the time that a wave needs to be where it is to be struck. */
const HEAD_START_MS = 8_000;

/** One strike against each wave. Rules hold its onboardings where their plan wants them found; others wait, or are under review. */
export class Striker {
  /** Until what was in flight has been sent again: a strike in between would hide how long that takes. */
  private recovered: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: StormContext) {}

  /** Resolves when the next wave may start, so that it is armed about when the last one has gone on, and is held no longer. */
  async mayStart(): Promise<void> {
    await Promise.race([this.recovered, pause(HEAD_START_MS)]);
  }

  async strike({ strike, freezeMs }: Wave, journeys: readonly Journey[]): Promise<void> {
    const { context } = this;
    await this.recovered;
    await until(() => journeys.every((journey) => isArmed(context, journey)), ARM_MS);
    if (strike === 'history reset') await resetHistories(context, journeys);
    else if (strike !== null) this.recovered = (await strikeProcess(context, strike, freezeMs, journeys)).recovered;
    for (const journey of journeys) journey.goOn();
    // An onboarding that came too late for its strike goes on unheld.
    await release(context, journeys);
  }
}
