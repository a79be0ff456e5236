import { CELLS, cellOf, type Cell } from './faults';
import { CARRIERS, STRIKES, type Carrier, type Point, type StrikeKind } from './points';
import { Random } from './random';

export type Ending = 'scheduled' | 'ready' | 'rejected' | 'expired' | 'cancelled' | 'aborted';

/** What a strike is to find an onboarding doing. */
export interface Aim {
  point: Point;
  carrier: Carrier;
}

export interface PlannedFault {
  fault: string;
  point: Point;
  carrier: Carrier;
}

/** What one customer's onboarding goes through, and how it is to end. Everything in it comes from the seed. */
export interface OnboardingPlan {
  customer: string;
  ending: Ending;
  /** Where a cancel or an abort meets it. */
  stopAt: 'upload' | 'remix' | 'job' | 'review' | 'schedule' | null;
  /** Cancelled, then started a second time and brought to its schedule. */
  again: boolean;
  /** The reviewer asks for one other round first. */
  changes: boolean;
  /** Layers has a review of its own, which has to be told the decision. */
  mirrored: boolean;
  /** `late consent`: the customer connects while the post is under review. */
  account: 'none' | 'named' | 'consent' | 'late consent';
  accountId: string;
  onCancel: 'keep' | 'archive';
  /** How long people take to act. */
  thinkMs: number;
  aim: Aim | null;
  faults: PlannedFault[];
}

export interface Wave {
  strike: StrikeKind | null;
  /** For `worker stopped`: beyond 12 s Temporal gives the calls of the frozen worker to another one. */
  freezeMs: number;
  onboardings: OnboardingPlan[];
}

export interface ChaosPlan {
  seed: number;
  waves: Wave[];
}

const WAVE_SIZE = 10;
const FEWEST_WAVES = 5;
const MOST_FAULTS = 3;
/** How often a cell is dealt at 200 onboardings: a little more than the five hits that are to be seen. */
const DEALT_PER_CELL_AT_200 = 6;

const ENDINGS: readonly Ending[] = [
  ...Array<Ending>(13).fill('scheduled'),
  ...Array<Ending>(3).fill('cancelled'),
  ...(['ready', 'rejected', 'expired', 'aborted'] as const),
];

/**
 * For each strike the aims of a full wave; a smaller one takes some of them, beginning elsewhere every time. Four waves of
 * each kind, which is what 200 onboardings make, meet every point more often than the five times that are to be seen.
 */
const at = (point: Point, ...carriers: Carrier[]): Aim[] => carriers.map((carrier) => ({ point, carrier }));
const EVERYWHERE: readonly Aim[] = [
  ...at('after the effect', 'create', 'upload'),
  ...at('after the answer', 'upload', 'remix'),
  ...at('after the report', 'create', 'upload'),
  ...at('before send', 'find', 'sources'),
  ...at('during a wait', 'job'),
  ...at('during review', 'mint', 'mint'),
];
const AIMS: Record<StrikeKind, readonly Aim[]> = {
  'worker killed': EVERYWHERE,
  'worker stopped': EVERYWHERE,
  'server restarted': EVERYWHERE,
  'key rotated': [
    ...at('after the effect', 'upload', 'remix'),
    ...at('after the answer', 'upload', 'remix'),
    ...at('before send', 'find', 'sources'),
    ...at('during a wait', 'job'),
    ...at('during review', 'mint', 'mint'),
  ],
  'history reset': [
    ...at('before send', 'upload', 'remix'),
    ...at('after the effect', 'create', 'remix'),
    ...at('during a wait', 'job', 'job'),
    ...at('during review', 'mint', 'mint'),
  ],
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ROUNDING = 1e-9;

/** Deals endings, aims and faults to a number of onboardings. The same arguments give the same plan. */
export function makePlan({ onboardings, seed }: { onboardings: number; seed: number }): ChaosPlan {
  const random = new Random(seed);
  const waveCount = Math.max(Math.min(FEWEST_WAVES, onboardings), Math.round(onboardings / WAVE_SIZE));
  // Every kind once per round, so that even a small run meets each.
  const rounds = Math.ceil(waveCount / STRIKES.length);
  const strikes = Array.from({ length: rounds }, () => random.shuffled(STRIKES)).flat();
  // As large as the aims are many.
  const weights = strikes.slice(0, waveCount).map((strike) => AIMS[strike].length);
  const upTo = (index: number): number =>
    Math.floor((onboardings * sum(weights.slice(0, index))) / sum(weights) + ROUNDING);
  const waves = Array.from({ length: waveCount }, (_, index): Wave => {
    const size = upTo(index + 1) - upTo(index);
    const strike = strikes[index]!;
    const aims = AIMS[strike];
    const offset = random.between(0, aims.length - 1);
    return {
      strike,
      freezeMs: index % 2 === 0 ? random.between(2_000, 4_000) : random.between(13_000, 15_000),
      onboardings: Array.from({ length: size }, (_, n) => {
        const aim = aims[(offset + n) % aims.length]!;
        return onboarding(random, `chaos-${seed}-${index + 1}-${n + 1}`, n < aims.length ? aim : null, strike);
      }),
    };
  });
  dealFaults(
    random,
    waves.flatMap(({ strike, onboardings: all }) => all.map((plan) => ({ plan, strike }))),
  );
  return { seed, waves };
}

function onboarding(random: Random, customer: string, aim: Aim | null, strike: StrikeKind): OnboardingPlan {
  const ending = fittingEnding(random, aim);
  const stopAt =
    ending === 'cancelled'
      ? random.pick(stops(aim, cancelStops(aim)))
      : ending === 'aborted'
        ? random.pick(stops(aim, ['upload', 'job', 'schedule']))
        : null;
  const posts = ending === 'scheduled' || stopAt === 'schedule';
  const accounts = posts ? (['named', 'consent', 'late consent'] as const) : (['none', 'late consent'] as const);
  return {
    customer,
    ending,
    stopAt,
    again: ending === 'cancelled' && strike !== 'history reset' && random.next() < 0.6,
    changes: ending === 'scheduled' && random.next() < 0.15,
    mirrored: random.next() < 0.3,
    // Accounts that are named exist before the project does, so a second run needs no consent.
    account: ending === 'cancelled' || ending === 'aborted' || ending === 'expired' ? 'named' : random.pick(accounts),
    accountId: `sa_${random.uuid()}`,
    onCancel: random.next() < 0.3 ? 'archive' : 'keep',
    thinkMs: random.between(0, 1_500),
    aim,
    faults: [],
  };
}

/**
 * A job that was found under another API key cannot be cancelled (Layers names its id to the key that started it alone),
 * and one whose start is held back for a strike may be over when that comes.
 */
const cancelStops = (aim: Aim | null): NonNullable<OnboardingPlan['stopAt']>[] =>
  aim?.carrier === 'remix' ? ['review', 'schedule'] : ['upload', 'remix', 'job', 'review', 'schedule'];

/** An onboarding must get as far as its aim. */
function fittingEnding(random: Random, aim: Aim | null): Ending {
  for (;;) {
    const ending = random.pick(ENDINGS);
    if (ending === 'expired' && aim?.point === 'during review') continue;
    if (ending === 'cancelled' || ending === 'aborted')
      if (aim !== null && stops(aim, ['review', 'schedule']).length === 0) continue;
    return ending;
  }
}

const rank = (carrier: Carrier): number => CARRIERS.indexOf(carrier);

/** Those of the stops that come after the aim. A review comes after everything up to `mirror`. */
function stops<T extends NonNullable<OnboardingPlan['stopAt']>>(aim: Aim | null, among: readonly T[]): T[] {
  if (aim === null) return [...among];
  const after = aim.point === 'during review' ? rank('mirror') : rank(aim.carrier);
  return among.filter((stop) => (stop === 'review' ? after < rank('mint') : rank(stop) > after));
}

const outlasts = ({ realisation }: Cell): boolean => realisation.outlastsTheKey === true;

interface Dealt {
  plan: OnboardingPlan;
  strike: StrikeKind | null;
}

/** Every cell equally often, each to the onboarding with the fewest faults that it fits. */
function dealFaults(random: Random, all: Dealt[]): void {
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
  // Nobody looks at a job that a webhook has ended before: one whose start was held back, or that was over at once.
  const nobodyLooks = plan.aim?.carrier === 'remix' || plan.faults.some(isJobless);
  if (realisation.leavesNoJob && taken.has('job')) return [];
  // A new run does not know for how long the last one was asked to wait.
  if (realisation.slow && (strike === 'history reset' || plan.again)) return [];
  return realisation.carriers.filter(
    (carrier) =>
      !taken.has(carrier) &&
      !(taken.has('events') && carrier === 'job') &&
      !(taken.has('job') && carrier === 'events') &&
      isReached(plan, carrier) &&
      !(carrier === 'job' && nobodyLooks) &&
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
