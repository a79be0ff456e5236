import type { Wave } from '../plan';
import { cellOfRule } from '../plan/cells';
import { stopRule } from '../plan/rules';
import type { Stage } from '../stage/stage';
import { until } from '../stage/until';
import type { StormContext } from './context';
import type { SilentRule } from './journal';
import { Journey } from './journey';
import { Striker } from './striker';

/** Onboardings after the last strike, of which some are still under way. */
export interface UnderWay {
  journeys: readonly Journey[];
  ended: Promise<unknown>;
  giveUp(): void;
}

/** After the storm, for what is still under way: first its faults, then the rest. */
export interface Patience {
  faultsMs: number;
  drainMs: number;
}

/** Wave after wave: its onboardings start, are struck, and go on beside the next wave's. */
export async function storm(
  context: StormContext,
  waves: readonly Wave[],
  say: (line: string) => void,
): Promise<UnderWay> {
  const journeys: Journey[] = [];
  const running: Promise<void>[] = [];
  let late = false;
  const striker = new Striker(context);
  for (const [index, wave] of waves.entries()) {
    await striker.mayStart();
    const mine = wave.onboardings.map((one) => new Journey(context, one));
    journeys.push(...mine);
    running.push(...mine.map((journey) => journey.run(() => late)));
    await striker.strike(wave, mine);
    const ended = journeys.filter((journey) => journey.ended).length;
    say(
      `Wave ${index + 1} of ${waves.length}: ${wave.strike ?? 'no strike'}; ${journeys.length} started, ${ended} ended`,
    );
  }
  return { journeys, ended: Promise.all(running), giveUp: () => (late = true) };
}

/** Waits for the faults still to come, heals, and waits for all to end, each no longer than patience allows. */
export async function drain(
  { stage }: StormContext,
  { journeys, ended, giveUp }: UnderWay,
  { faultsMs, drainMs }: Patience,
  say: (line: string) => void,
): Promise<SilentRule[]> {
  const open = (): Journey[] => journeys.filter((journey) => !journey.ended);
  await until(() => !open().some((journey) => journey.awaitsFaults), faultsMs, 250);
  say(`Healing; ${open().length} are still under way …`);
  const silentRules = await heal(stage);
  const patienceEnds = setTimeout(giveUp, drainMs);
  await ended;
  clearTimeout(patienceEnds);
  return silentRules;
}

/**
 * No more faults; what rules did that no request shows is read before they go. How an onboarding is to end is no fault: one
 * that is late still meets it.
 */
async function heal({ layers }: Stage): Promise<SilentRule[]> {
  const { rules } = (await layers.control('GET', '/faults')) as {
    rules: { id: string; matches: number; action: { kind: string } }[];
  };
  // Those that an operator mends, or that stand for a day that has passed, end by themselves.
  for (const { id } of rules) if (!id.startsWith(stopRule(''))) await layers.removeRule(id);
  return rules.filter(({ id, action }) => cellOfRule(id) !== null && ['webhook', 'deny-consent'].includes(action.kind));
}
