import { cellOf, CELLS, type Cell } from './cells';
import { rank, type OnboardingPlan, type PlannedFault } from './onboarding';
import type { Carrier, StrikeKind } from './points';
import type { Random } from './random';

const MOST_FAULTS = 3;
/** How often a cell is dealt at 200 onboardings: a little more than the five hits that are to be seen. */
const DEALT_PER_CELL_AT_200 = 6;

const outlasts = ({ realisation }: Cell): boolean => realisation.outlastsTheKey === true;

interface Dealt {
  plan: OnboardingPlan;
  strike: StrikeKind | null;
}

/** Every cell equally often, each to the onboarding with the fewest faults that it fits. */
export function dealFaults(random: Random, all: Dealt[]): void {
  const times = Math.max(1, Math.ceil((DEALT_PER_CELL_AT_200 * all.length) / 200));
  const order = random.shuffled(all);
  // The pickiest cells first: those with the fewest carriers and the longest delays find a place while there is one.
  const picky = (cell: Cell): number =>
    cell.realisation.carriers.length - (cell.realisation.slow ? 4 : 0) - (cell.point === 'during review' ? 4 : 0);
  const cells = random.shuffled(CELLS).sort((a, b) => picky(a) - picky(b));
  // Those that move the clock want an onboarding for themselves.
  for (const deck of [cells.filter(outlasts), cells.filter((cell) => !outlasts(cell))])
    for (let round = 0; round < times; round++) deal(deck);
  // What happens to a consent depends on how far the review has come by then, so those may miss.
  for (let round = 0; round < times / DEALT_PER_CELL_AT_200; round++)
    deal(cells.filter(({ point, realisation }) => point === 'during review' && !realisation.outlastsTheKey));

  function deal(deck: Cell[]): void {
    for (const cell of deck) {
      const fitting = order
        .map((dealt) => ({ dealt, carriers: fittingCarriers(dealt, cell) }))
        .filter(({ dealt, carriers }) => carriers.length > 0 && dealt.plan.faults.length < MOST_FAULTS);
      const fewest = Math.min(...fitting.map(({ dealt }) => dealt.plan.faults.length));
      const chosen = fitting.find(({ dealt }) => dealt.plan.faults.length === fewest);
      if (chosen === undefined) continue;
      const carrier = random.pick(chosen.carriers);
      chosen.dealt.plan.faults.push({ fault: cell.fault, point: cell.point, carrier });
    }
  }
}

function fittingCarriers({ plan, strike }: Dealt, { point, realisation }: Cell): Carrier[] {
  const taken = new Set([...plan.faults.map(({ carrier }) => carrier), ...stopCarriers(plan), ...aimCarriers(plan)]);
  if (plan.faults.some((fault) => outlasts(cellOf(fault.fault, fault.point)))) return [];
  if (realisation.outlastsTheKey && !staysOnOneClock(plan, strike)) return [];
  const isJobless = ({ fault, point: at }: PlannedFault): boolean => cellOf(fault, at).realisation.leavesNoJob === true;
  // The worker does not poll a job whose end a webhook has told it: one whose start was held back, or that was over at once.
  const isUnpolled = plan.aim?.carrier === 'remix' || plan.faults.some(isJobless);
  if (realisation.leavesNoJob && taken.has('job')) return [];
  // A new run does not know for how long the last one was asked to wait.
  if (realisation.slow && (strike === 'history reset' || plan.again)) return [];
  return realisation.carriers.filter(
    (carrier) =>
      !taken.has(carrier) &&
      !(taken.has('events') && carrier === 'job') &&
      !(taken.has('job') && carrier === 'events') &&
      isReached(plan, carrier) &&
      !(carrier === 'job' && isUnpolled) &&
      !delaysAim(plan, carrier, realisation) &&
      (point !== 'during review' || carrier === 'mirror' || plan.account === 'late consent'),
  );
}

/** Consents are dated by the clock of Layers, so an onboarding whose clock is moved must not need one. */
const staysOnOneClock = (plan: OnboardingPlan, strike: StrikeKind | null): boolean =>
  plan.account === 'named' && strike !== 'history reset' && plan.faults.length === 0 && plan.ending === 'scheduled';

const stopCarriers = ({ stopAt }: OnboardingPlan): Carrier[] =>
  stopAt === null || stopAt === 'review' ? [] : stopAt === 'job' ? ['job', 'remix'] : [stopAt];

const aimCarriers = ({ aim }: OnboardingPlan): Carrier[] => {
  if (aim === null || aim.point === 'during review') return [];
  // A slow job is made so by the request that starts it; a gate holds what comes before a request.
  return (
    { job: ['job', 'remix'] as Carrier[], find: ['create'] as Carrier[], sources: ['remix'] as Carrier[] }[
      aim.carrier as 'job'
    ] ?? [aim.carrier]
  );
};

function isReached(plan: OnboardingPlan, carrier: Carrier): boolean {
  const { ending, stopAt, account, mirrored, changes } = plan;
  const end = stopAt === null || stopAt === 'review' ? Infinity : rank(stopAt);
  if (rank(carrier) >= end) return false;
  // With a day in between, the rules of one request must not meet another one of its kind.
  if (changes && ['remix', 'job', 'events', 'schedule', 'mirror'].includes(carrier)) return false;
  if (carrier === 'schedule') return ending === 'scheduled';
  if (carrier === 'mirror') return mirrored && (ending === 'scheduled' || ending === 'ready');
  if (['mint', 'consent', 'consents'].includes(carrier)) return account === 'late consent';
  return true;
}

/** Whether the strike would have to wait for it: everything that comes before the aim, where it takes long. */
function delaysAim({ aim }: OnboardingPlan, carrier: Carrier, { slow, untilMended }: Cell['realisation']): boolean {
  if (aim === null || !(slow || untilMended)) return false;
  return aim.point === 'during review' ? rank(carrier) <= rank('events') : rank(carrier) <= rank(aim.carrier);
}
