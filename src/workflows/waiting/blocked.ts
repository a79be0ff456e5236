import { isCancellation } from '@temporalio/workflow';
import { refusal, type FailureDetails } from '../../contract/failures';
import type { ResolveStepArgs } from '../../contract/messages';
import type { BlockAction, Blocked } from '../../contract/status';
import { SKIPPABLE, type Step } from '../../contract/steps';
import { detailsOf } from '../failures';
import type { Memory } from '../memory';
import { now } from './now';
import { Question, type OpenQuestions } from './question';

const MINUTE = 60_000;
/** What comes back so long after an operator's answer is news. */
const NEWS_MS = 60 * MINUTE;
/** What heals outside is tried again after 5 minutes, doubling to 1 hour. */
const healDelay = (tries: number): number => Math.min(5 * MINUTE * 2 ** tries, 60 * MINUTE);

/** What a step yields when an operator lets the flow go on without it. */
export class Skipped {
  constructor(readonly reason: string) {}
}

interface Answer {
  action: BlockAction;
  reason: string;
}

/** A blocked step, as it is shown, and the question to the operator. */
interface Entry {
  shown: Blocked;
  question: Question<Answer>;
}

/** What an attempt remembers of its blocks, also where the history is continued while the step is blocked. */
interface Past {
  /** Codes that the partner has been told of. */
  told: string[];
  /** How often the step has tried again by itself. */
  healed: number;
  /** Epoch milliseconds of the operator's last answer; `null` where there was none since. */
  answeredAt: number | null;
  /** The block that is open. */
  open: Blocked | null;
}

/** What the blocked steps need of the flow. */
export interface Surroundings extends OpenQuestions {
  /** Shows the step as blocked by these entries, or, where there are none, as running. */
  show(step: Step, blocked: Blocked[]): void;
  /** Tells the partner of a step that cannot go on. */
  tell(blocked: Blocked): void;
  abort(step: Step, reason: string): never;
}

/**
 * Steps that cannot go on wait here, each with its cause, while their siblings go on. Blocked, not failed: steps that
 * are done never run again, and nothing is lost by taking time.
 */
export class BlockedSteps {
  private readonly entries: Entry[] = [];

  constructor(
    private readonly memory: Memory,
    private readonly around: Surroundings,
  ) {}

  /** What the status shows. */
  get shown(): Blocked[] {
    return this.entries.map(({ shown }) => shown);
  }

  /**
   * Runs until it succeeds or an operator skips it. Bugs and cancellations pass through. `item` is asked whenever it
   * blocks, since new input may have changed it.
   *
   * @param name under which the attempt is remembered, see `Memory`
   */
  async attempt<T>(step: Step, name: string, run: () => Promise<T>, item?: () => string): Promise<T | Skipped> {
    const past = this.memory.once<Past>(`blocked/${name}`, () => ({
      told: [],
      healed: 0,
      answeredAt: null,
      open: null,
    }));
    for (;;) {
      // A run that continues another finds the step blocked, and leaves it so.
      if (past.open === null)
        try {
          const value = await run();
          this.memory.forget(`blocked/${name}`);
          return value;
        } catch (error) {
          if (isCancellation(error)) throw error;
          const details = detailsOf(error);
          if (details === null) throw error;
          past.open = this.block(step, item?.(), details, past);
        }

      const answer = await this.answerTo(past, past.open);
      past.open = null;
      past.answeredAt = answer === null ? null : Date.now();
      if (answer === null) continue;
      if (answer.action === 'abort') this.around.abort(step, answer.reason);
      if (answer.action === 'skip') return new Skipped(answer.reason);
    }
  }

  /** The block as it is shown. What comes back long after an operator's answer is told anew. */
  private block(step: Step, item: string | undefined, details: FailureDetails, past: Past): Blocked {
    if (past.answeredAt !== null && Date.now() - past.answeredAt >= NEWS_MS) past.told = [];
    // Never before Layers asked to be called again.
    const healMs = details.heals ? Math.max(healDelay(past.healed++), details.stayAwayMs ?? 0) : null;
    return describe(step, item, details, healMs);
  }

  /** Shows the block and waits; `null` when it is time to try again without an answer of the operator. */
  private async answerTo(past: Past, shown: Blocked): Promise<Answer | null> {
    const entry: Entry = { shown, question: new Question<Answer>(this.around) };
    this.entries.push(entry);
    try {
      return await entry.question.wait({
        who: 'operator',
        since: shown.since,
        ...(shown.retryAt === undefined ? {} : { deadline: shown.retryAt }),
        summary: `${shown.code}: tries ${shown.step} again by itself`,
        begin: () => this.showAndTell(past, shown),
      });
    } finally {
      this.entries.splice(this.entries.indexOf(entry), 1);
      this.show(shown.step);
    }
  }

  /** The partner is told once per cause, not once per retry that meets it again. */
  private showAndTell(past: Past, shown: Blocked): void {
    this.show(shown.step);
    if (past.told.includes(shown.code)) return;
    past.told.push(shown.code);
    this.around.tell(shown);
  }

  private show(step: Step): void {
    this.around.show(
      step,
      this.shown.filter((entry) => entry.step === step),
    );
  }

  /** Refuses an answer that fits no blocked step. Pure, for the update's validator. */
  find({ step, item, action }: ResolveStepArgs): Entry {
    const here = this.entries.filter(({ shown }) => shown.step === step && (item === undefined || shown.item === item));
    const blocked = this.entries.map(({ shown }) => ({ step: shown.step, item: shown.item, code: shown.code }));
    const [entry, another] = here;
    const what = item === undefined ? `The step ${step}` : `The item ${item} of the step ${step}`;
    if (entry === undefined) throw refusal('NotBlocked', `${what} is not blocked.`, { blocked });
    if (another !== undefined)
      throw refusal('InvalidMessage', `Several items of ${step} are blocked: name one with "item".`, { blocked });
    if (!entry.shown.actions.includes(action))
      throw refusal('ActionNotAllowed', `${what} cannot be answered with ${action}.`, { actions: entry.shown.actions });
    if (entry.question.isBeingAnswered || entry.question.answer !== null)
      throw refusal('AlreadyDecided', `${what} has just been answered.`);
    return entry;
  }

  /** Takes the operator's answer. `check` may refuse it (it reads the new input); meanwhile no other answer is taken. */
  async resolve(args: ResolveStepArgs, check: (blocked: Blocked) => Promise<void>): Promise<void> {
    const { shown, question } = this.find(args);
    await question.take(async () => {
      await check(shown);
      return { action: args.action, reason: args.reason ?? `${args.action} by ${args.operator}` };
    });
  }
}

function describe(step: Step, item: string | undefined, details: FailureDetails, healMs: number | null): Blocked {
  const { code, httpStatus, requestId, cause, fix, example, who } = details;
  return {
    step,
    ...(item === undefined ? {} : { item }),
    code,
    httpStatus,
    requestId,
    cause,
    fix,
    ...(example === undefined ? {} : { example }),
    who,
    since: now(),
    ...(healMs === null ? {} : { retryAt: new Date(Date.now() + healMs).toISOString() }),
    actions: SKIPPABLE.includes(step) ? ['retry', 'skip', 'abort'] : ['retry', 'abort'],
  };
}
