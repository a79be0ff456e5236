import { condition, isCancellation } from '@temporalio/workflow';
import { refusal, type FailureDetails } from '../../contract/failures';
import type { ResolveStepArgs } from '../../contract/messages';
import type { BlockAction, Blocked } from '../../contract/status';
import { SKIPPABLE, type Step } from '../../contract/steps';
import { detailsOf } from '../failures';
import type { Memory } from '../memory';
import { Healing, type Patient } from './healing';
import { now } from './now';
import { Question, type OpenQuestions } from './question';
import { Stoppable } from './waits';

/** What comes back so long after an operator's answer is news. */
const NEWS_MS = 3_600_000;

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
  readonly question: Question<Answer>;
  /** `null` where only an operator can help. */
  patient: Patient | null;
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

/** What is tried, and what is known of it. */
interface Attempt<T> {
  step: Step;
  run: () => Promise<T>;
  item: (() => string) | undefined;
  past: Past;
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
  private readonly healing: Healing;

  constructor(
    private readonly memory: Memory,
    private readonly around: Surroundings,
  ) {
    this.healing = new Healing(memory);
  }

  /** What the status shows. */
  get shown(): Blocked[] {
    return this.entries.map(({ shown, patient }) =>
      patient === null ? shown : { ...shown, retryAt: new Date(patient.cause.nextAt).toISOString() },
    );
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
    const attempt: Attempt<T> = { step, run, item, past };
    let retried: Blocked | null = null;
    for (;;) {
      const answer = await this.tried(attempt);
      if ('value' in answer) {
        // What an operator has mended for one is mended for all.
        if (retried !== null) this.healing.healed(retried.code);
        this.memory.forget(`blocked/${name}`);
        return answer.value;
      }
      retried = past.open;
      past.open = null;
      past.answeredAt = Date.now();
      if (answer.action === 'abort') this.around.abort(step, answer.reason);
      if (answer.action === 'skip') return new Skipped(answer.reason);
    }
  }

  /** Tries; while it is blocked, waits for an operator's answer, or for what heals outside. */
  private async tried<T>(attempt: Attempt<T>): Promise<Answer | { value: T }> {
    const { past } = attempt;
    let entry: Entry;
    // A run that continues another finds the step blocked, and leaves it so.
    if (past.open === null)
      try {
        return { value: await attempt.run() };
      } catch (error) {
        entry = this.enter(attempt, error);
      }
    else {
      const patient = past.open.retryAt === undefined ? null : this.healing.rejoin(past.open.code);
      entry = { shown: past.open, question: new Question(this.around), patient };
    }
    this.entries.push(entry);
    try {
      return await this.answerTo(entry, attempt);
    } finally {
      entry.question.withdraw();
      if (entry.patient !== null) this.healing.leave(entry.patient);
      this.entries.splice(this.entries.indexOf(entry), 1);
      this.show(attempt.step);
    }
  }

  /** Waits for the answer. What heals outside tries by itself meanwhile. */
  private async answerTo<T>(entry: Entry, attempt: Attempt<T>): Promise<Answer | { value: T }> {
    const { question } = entry;
    const isAnswered = (): boolean => question.answer !== null;
    for (;;) {
      const { shown, patient } = entry;
      question.ask({ who: 'operator', since: shown.since });
      this.showAndTell(attempt.past, shown);
      const summary = `${shown.code}: tries ${shown.step} again by itself`;
      await (patient === null ? condition(isAnswered) : this.healing.untilTurn(patient, isAnswered, summary));
      if (question.isBeingAnswered) await condition(() => !question.isBeingAnswered);
      const outcome = question.answer ?? (await this.tryAgain(entry, attempt));
      if (outcome !== null) return outcome;
    }
  }

  /** One try while the block stays shown, since only its end is news. `null` where it has been in vain. */
  private async tryAgain<T>(entry: Entry, attempt: Attempt<T>): Promise<Answer | { value: T } | null> {
    const { question, shown } = entry;
    const trying = new Stoppable(attempt.run);
    const isGivenUp = (): boolean => question.answer !== null && question.answer.action !== 'retry';
    try {
      await condition(() => trying.ended || isGivenUp());
    } finally {
      // What it has made at Layers must be known before anything is taken back.
      if (!trying.ended) await trying.stop();
    }
    const { result } = trying;
    if (result === null) return null;
    if ('value' in result) {
      this.healing.healed(shown.code);
      return result;
    }
    if (trying.stopped && isCancellation(result.error)) return question.answer;
    this.blockedAgain(entry, attempt, result.error);
    return null;
  }

  private enter<T>(attempt: Attempt<T>, error: unknown): Entry {
    const { past } = attempt;
    const details = blockOf(error);
    if (past.answeredAt !== null && Date.now() - past.answeredAt >= NEWS_MS) past.told = [];
    past.answeredAt = null;
    const patient = details.heals ? this.healing.join(details.code, past.healed, details.stayAwayMs ?? 0) : null;
    const entry: Entry = { shown: describe(attempt, details, patient), question: new Question(this.around), patient };
    remember(attempt, entry);
    return entry;
  }

  /** Blocked by the same cause it stays blocked since then; another cause is a block of its own. */
  private blockedAgain<T>(entry: Entry, attempt: Attempt<T>, error: unknown): void {
    const details = blockOf(error);
    const stayAwayMs = details.stayAwayMs ?? 0;
    const { patient } = entry;
    const isSame = details.code === entry.shown.code;
    if (isSame && patient !== null && !patient.isFreed) this.healing.failed(patient, stayAwayMs);
    else {
      if (patient !== null) this.healing.leave(patient);
      entry.patient = details.heals ? this.healing.join(details.code, attempt.past.healed, stayAwayMs) : null;
    }
    const shown = describe(attempt, details, entry.patient);
    entry.shown = isSame ? { ...shown, since: entry.shown.since } : shown;
    remember(attempt, entry);
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

/** What blocks a step. Bugs and cancellations pass through. */
function blockOf(error: unknown): FailureDetails {
  const details = isCancellation(error) ? null : detailsOf(error);
  if (details === null) throw error;
  return details;
}

function remember<T>({ past }: Attempt<T>, { shown, patient }: Entry): void {
  past.open = shown;
  if (patient !== null) past.healed = patient.cause.tries + 1;
}

function describe<T>({ step, item }: Attempt<T>, details: FailureDetails, patient: Patient | null): Blocked {
  const { code, httpStatus, requestId, cause, fix, example, who } = details;
  return {
    step,
    ...(item === undefined ? {} : { item: item() }),
    code,
    httpStatus,
    requestId,
    cause,
    fix,
    ...(example === undefined ? {} : { example }),
    who,
    since: now(),
    ...(patient === null ? {} : { retryAt: new Date(patient.cause.nextAt).toISOString() }),
    actions: SKIPPABLE.includes(step) ? ['retry', 'skip', 'abort'] : ['retry', 'abort'],
  };
}
