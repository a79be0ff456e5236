import { condition } from '@temporalio/workflow';
import { MAX_REMINDERS } from '../../contract/limits';
import type { Attention } from '../../contract/steps';

/** A question as the status shows it: who has to answer, and since when. */
export interface Asked {
  who: Attention;
  /** UTC, ISO 8601. */
  since: string;
}

/** Who keeps the open questions: the board, which derives from them who is waited for. */
export interface OpenQuestions {
  open(asked: Asked): void;
  close(asked: Asked): void;
}

export interface Patience extends Asked {
  /** UTC; absent: the question stays open until a person answers. */
  deadline?: string;
  /** Milliseconds between reminders; `null` where no person is to be reminded. */
  remindEveryMs?: number | null;
  remind?: () => void;
  /** For the timers in the Web UI. */
  summary?: string;
  /** Once the question is open: shows it, and tells the person who is to answer. */
  begin?: () => void;
}

/**
 * One question to a person: shown while it is open, reminded of, and answered once. Of ten answers at once exactly one
 * counts, and an answer that is still being checked when the time is up counts as well.
 */
export class Question<Answer> {
  private given: Answer | null = null;
  private isReserved = false;
  private asked: Asked | null = null;

  constructor(private readonly board: OpenQuestions) {}

  /** The answer, once a person has given it. */
  get answer(): Answer | null {
    return this.given;
  }

  /** A person's answer is being checked: meanwhile it is this person's turn alone. */
  get isBeingAnswered(): boolean {
    return this.isReserved;
  }

  /**
   * Takes an answer. `make` may check it, and may ask Layers or a local activity meanwhile; where it throws, the question
   * stays open. Whether an answer may be given at all, the caller has asked before: nothing is awaited until it is reserved.
   */
  async take(make: () => Promise<Answer>): Promise<Answer> {
    this.isReserved = true;
    try {
      this.given = await make();
      return this.given;
    } finally {
      this.isReserved = false;
    }
  }

  /** Takes an answer that needs no check. */
  settle(answer: Answer): Answer {
    this.given = answer;
    return answer;
  }

  /** Waits for the answer, reminding in between. `null` when the deadline passed first. */
  async wait({ who, since, begin, ...patience }: Patience): Promise<Answer | null> {
    this.ask({ who, since });
    try {
      begin?.();
      await this.untilAnswered(since, patience);
      if (this.isReserved) await condition(() => !this.isReserved);
      return this.given;
    } finally {
      this.withdraw();
    }
  }

  /** Asks, without waiting: in the place of what it has asked before. */
  ask(asked: Asked): void {
    this.withdraw();
    this.asked = asked;
    this.board.open(asked);
  }

  /** It is asked no more. */
  withdraw(): void {
    if (this.asked !== null) this.board.close(this.asked);
    this.asked = null;
  }

  private async untilAnswered(
    since: string,
    { deadline, remindEveryMs = null, remind, summary }: Omit<Patience, keyof Asked | 'begin'>,
  ): Promise<void> {
    const answered = (): boolean => this.given !== null;
    const end = deadline === undefined ? Infinity : Date.parse(deadline);
    for (;;) {
      const left = end - Date.now();
      if (answered() || left <= 0) return;
      const pause = Math.min(left, nextReminder(since, remindEveryMs));
      if (pause === Infinity) return condition(answered);
      if (await condition(answered, pause, { summary })) return;
      if (pause < left) remind?.();
    }
  }
}

/**
 * Milliseconds until the next reminder; `Infinity` after the last one, since a question may have no deadline, or a longer one than
 * the input's check has in view. They are counted from the question, also in a run that continues another.
 */
function nextReminder(since: string, everyMs: number | null): number {
  const passed = Date.now() - Date.parse(since);
  if (everyMs === null || passed >= MAX_REMINDERS * everyMs) return Infinity;
  return everyMs - (passed % everyMs);
}
