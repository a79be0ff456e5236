import { condition } from '@temporalio/workflow';
import type { Memory } from '../memory';

const MINUTE = 60_000;
/** What heals outside is tried again after 5 minutes, doubling to 1 hour. */
const healDelay = (tries: number): number => Math.min(5 * MINUTE * 2 ** tries, 60 * MINUTE);

/** What is wrong outside, as a run hands it to the one that continues it. */
interface Cause {
  /** How often it has been tried in vain. */
  tries: number;
  /** Epoch milliseconds of the next try. */
  nextAt: number;
}

/** One blocked item that waits for its cause to heal. */
export interface Patient {
  readonly code: string;
  readonly cause: Cause;
  /** Another one has succeeded. */
  isFreed: boolean;
}

/**
 * What is blocked by a cause that heals outside: a revoked key, an empty wallet, answers that nobody can read. A hundred
 * items that wait for one cause cost one timer and one try, not a hundred: the first of them waits for the time and tries
 * for all, then it goes to the end. As soon as one of them succeeds, all try.
 */
export class Healing {
  private readonly causes: Record<string, Cause>;
  private readonly waiting = new Map<string, Patient[]>();

  constructor(memory: Memory) {
    this.causes = memory.once('healing', () => ({}));
  }

  /**
   * Waits for a cause, with those who wait for it already.
   * @param tries how often the item has been tried in vain before
   * @param stayAwayMs for so long Layers has asked not to be called
   */
  join(code: string, tries: number, stayAwayMs: number): Patient {
    if (this.of(code).length === 0) this.causes[code] = { tries, nextAt: nextTry(tries, stayAwayMs) };
    return this.rejoin(code);
  }

  /** Goes on to wait where an earlier run has waited, until the time that was set then. */
  rejoin(code: string): Patient {
    const cause = (this.causes[code] ??= { tries: 0, nextAt: Date.now() });
    const patient: Patient = { code, cause, isFreed: false };
    this.waiting.set(code, [...this.of(code), patient]);
    return patient;
  }

  /** Waits for its turn to try, or until `isEnough`. */
  async untilTurn(patient: Patient, isEnough: () => boolean, summary: string): Promise<void> {
    const isFirst = (): boolean => this.of(patient.code)[0] === patient;
    const isOver = (): boolean => isEnough() || patient.isFreed;
    while (!isOver()) {
      const left = patient.cause.nextAt - Date.now();
      if (!isFirst()) await condition(() => isOver() || isFirst());
      else if (left <= 0 || !(await condition(isOver, left, { summary }))) return;
    }
  }

  /** It has tried in vain: all wait for the next time, and the next one tries then. */
  failed(patient: Patient, stayAwayMs: number): void {
    const { code, cause } = patient;
    cause.tries += 1;
    cause.nextAt = nextTry(cause.tries, stayAwayMs);
    this.waiting.set(code, [...this.of(code).filter((one) => one !== patient), patient]);
  }

  /** It waits no more. */
  leave(patient: Patient): void {
    const others = this.of(patient.code).filter((one) => one !== patient);
    this.waiting.set(patient.code, others);
  }

  /** One of those whom the cause has kept has succeeded: it is gone, and the others try at once. */
  healed(code: string): void {
    for (const patient of this.of(code)) {
      patient.isFreed = true;
      // In case the history is continued before it has tried.
      patient.cause.nextAt = Date.now();
    }
    this.waiting.delete(code);
  }

  private of(code: string): Patient[] {
    return this.waiting.get(code) ?? [];
  }
}

const nextTry = (tries: number, stayAwayMs: number): number => Date.now() + Math.max(healDelay(tries), stayAwayMs);
