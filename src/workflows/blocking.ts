import { condition, isCancellation } from '@temporalio/workflow';
import type { ResolveStepArgs } from '../contract/messages';
import { refusal, type FailureDetails } from '../contract/failures';
import type { Blocked, BlockAction } from '../contract/status';
import { SKIPPABLE, type Step } from '../contract/steps';
import { detailsOf } from './failures';
import { now, type Progress } from './progress';

const MINUTE = 60_000;
/** What comes back so long after an operator's answer is news. */
const NEWS_MS = 60 * MINUTE;
/** What heals outside is tried again after 5 minutes, doubling to 1 hour. */
const healDelay = (tries: number): number => Math.min(5 * MINUTE * 2 ** tries, 60 * MINUTE);

/** What a step yields when an operator lets the onboarding go on without it. */
export class Skipped {
  constructor(readonly reason: string) {}
}

interface Answer {
  action: BlockAction;
  reason?: string;
}

/** A blocked step and the operator's answer, `reserved` while its new input is being checked. */
interface Entry {
  shown: Blocked;
  reserved: boolean;
  answer: Answer | null;
}

/**
 * Steps that cannot go on wait here, each with its cause, while their siblings go on. Blocked, not failed: steps that
 * are done never run again, and nothing is lost by taking time.
 */
export class Blocking {
  private readonly entries: Entry[] = [];

  constructor(
    private readonly progress: Progress,
    private readonly abort: (step: Step, reason: string) => never,
    private readonly tell: (blocked: Blocked) => void,
  ) {}

  /**
   * Runs until it succeeds or an operator skips it. Bugs and cancellations pass through. `item` is asked whenever it
   * blocks, since new input may have changed it.
   */
  async attempt<T>(step: Step, run: () => Promise<T>, item?: () => string): Promise<T | Skipped> {
    const told = new Set<string>();
    let answeredAt = Infinity;
    for (let healed = 0; ;) {
      try {
        return await run();
      } catch (error) {
        if (isCancellation(error)) throw error;
        const details = detailsOf(error);
        if (details === null) throw error;
        // Once per cause, not once per retry that meets it again.
        if (Date.now() - answeredAt >= NEWS_MS) told.clear();
        const tell = !told.has(details.code);
        told.add(details.code);
        // Never before Layers asked to be called again.
        const healMs = details.heals ? Math.max(healDelay(healed++), details.stayAwayMs ?? 0) : null;
        const answer = await this.wait(step, item?.(), details, healMs, tell);
        answeredAt = answer === null ? Infinity : Date.now();
        if (answer === null) continue;
        if (answer.action === 'abort') this.abort(step, answer.reason ?? 'aborted');
        if (answer.action === 'skip') return new Skipped(answer.reason ?? `skipped: ${details.code}`);
      }
    }
  }

  /** `null` when it is time to try again without anybody's answer. */
  private async wait(
    step: Step,
    item: string | undefined,
    details: FailureDetails,
    healMs: number | null,
    tell: boolean,
  ): Promise<Answer | null> {
    const entry: Entry = { shown: describe(step, item, details, healMs), reserved: false, answer: null };
    this.entries.push(entry);
    this.show(step);
    if (tell) this.tell(entry.shown);
    try {
      const answered = (): boolean => entry.answer !== null;
      if (healMs === null) await condition(answered);
      else await condition(answered, healMs, { summary: `${details.code}: tries ${step} again by itself` });
      // An answer that is being checked when the timer fires still counts.
      await condition(() => !entry.reserved);
    } finally {
      this.entries.splice(this.entries.indexOf(entry), 1);
      this.show(step);
    }
    return entry.answer;
  }

  /** Shows the step as blocked while any of its items is, and as running again afterwards. */
  private show(step: Step): void {
    this.progress.blocked = this.entries.map(({ shown }) => shown);
    const mine = this.progress.blocked.filter((entry) => entry.step === step);
    if (mine.length > 0) this.progress.set(step, 'blocked', { fact: mine.map(({ code }) => code).join(', ') });
    else this.progress.set(step, 'running');
    this.progress.publish();
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
    if (entry.reserved || entry.answer !== null) throw refusal('AlreadyDecided', `${what} has just been answered.`);
    return entry;
  }

  /** Takes the answer. `check` may refuse it (it reads the new input); meanwhile nobody else can answer. */
  async resolve(args: ResolveStepArgs, check: (blocked: Blocked) => Promise<void>): Promise<void> {
    const entry = this.find(args);
    entry.reserved = true;
    try {
      await check(entry.shown);
      entry.answer = { action: args.action, reason: args.reason ?? `${args.action} by ${args.operator}` };
    } finally {
      entry.reserved = false;
    }
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
