import type { Clock } from '../clock/clock';
import { across, silence } from './across';
import { answerOf, connectionBroken, type Answer, type Program } from './answer';
import { InProcessDispatcher } from './inProcessDispatcher';
import { sender, type Sender } from './sender';

/** What goes wrong on the way to Layers and back: of each, how likely it is for a request. */
export interface WireFaults {
  /** It never arrives, and the connection breaks. */
  loseRequest: number;
  /** Layers has done what it was asked to do, and the connection breaks. */
  loseAnswer: number;
  /** Layers has done what it was asked to do, and nothing comes any more. */
  silent: number;
  /** Loses the answer to just this request; the first is 1. */
  loseAnswerTo?: number;
}

/** Nothing goes wrong by chance. */
export const CLEAN_WIRE: WireFaults = { loseRequest: 0, loseAnswer: 0, silent: 0 };

interface World {
  clock: Clock;
  log: (line: string) => void;
  /** From when to when nobody could know of an answer that Layers had given; epoch milliseconds. */
  strike: (from: number, to: number) => void;
}

type Fate = 'carried' | 'request lost' | 'answer lost' | 'silent';

/** Each way, in milliseconds. */
const LATENCY_MS = { least: 1, most: 50 };
/** Until whoever sent it learns that the connection is broken. */
const BROKEN_AFTER_MS = { least: 1, most: 200 };

/**
 * Carries the requests of a `LayersClient` to the sandbox and its answers back. A worker that has died sends nothing more
 * and hears nothing; one that is frozen sends and hears when it wakes up.
 */
export class LayersWire extends InProcessDispatcher {
  /** So many requests were sent so far. */
  requests = 0;

  constructor(
    private readonly world: World,
    private readonly layers: Program,
    private readonly faults: WireFaults = CLEAN_WIRE,
  ) {
    super();
  }

  protected override async carry(request: Request): Promise<Answer> {
    const from = sender();
    if (from?.isFrozen) await from.awake;
    if (from?.isDead) return silence();
    const fate = this.fate();
    if (fate !== 'carried') this.world.log(`${request.method} ${new URL(request.url).pathname}: ${fate}`);
    const { answer, answeredAt } = await this.toAndFro(request, fate);
    const isHeard = await this.isHeard(request, from, answeredAt);
    if (!isHeard) return silence();
    if (answer === null) throw connectionBroken();
    return answer;
  }

  private fate(): Fate {
    const { loseRequest, loseAnswer, silent, loseAnswerTo } = this.faults;
    const { random } = this.world.clock;
    this.requests += 1;
    // Each is drawn for every request, so that one fault more or less moves no other.
    const [isRequestLost, isAnswerLost, isSilent] = [loseRequest, loseAnswer, silent].map((one) => random.chance(one));
    if (this.requests === loseAnswerTo) return 'answer lost';
    if (isRequestLost) return 'request lost';
    if (isAnswerLost) return 'answer lost';
    return isSilent ? 'silent' : 'carried';
  }

  /** Both ways; without an answer where the connection breaks. */
  private async toAndFro(request: Request, fate: Fate): Promise<{ answer: Answer | null; answeredAt: number }> {
    const { clock, strike } = this.world;
    const { random } = clock;
    if (fate === 'request lost') {
      await clock.sleep(random.spread(BROKEN_AFTER_MS.least, BROKEN_AFTER_MS.most));
      return { answer: null, answeredAt: clock.now };
    }
    const ms = random.spread(LATENCY_MS.least, LATENCY_MS.most);
    const answer = await across(clock, ms, () => answerOf(this.layers, request, clock));
    const answeredAt = clock.now;
    if (fate !== 'carried') strike(answeredAt, answeredAt);
    if (fate === 'silent') return silence();
    const back = fate === 'answer lost' ? BROKEN_AFTER_MS : LATENCY_MS;
    await clock.sleep(random.spread(back.least, back.most));
    return { answer: fate === 'answer lost' ? null : answer, answeredAt };
  }

  /** Whether somebody still waits for the answer; a worker that is frozen hears it when it wakes up. */
  private async isHeard(request: Request, from: Sender | undefined, answeredAt: number): Promise<boolean> {
    const wasFrozen = from?.isFrozen === true;
    if (wasFrozen) await from.awake;
    const isHeard = from?.isDead !== true && !request.signal.aborted;
    if (wasFrozen || !isHeard) this.world.strike(answeredAt, this.world.clock.now);
    return isHeard;
  }
}
