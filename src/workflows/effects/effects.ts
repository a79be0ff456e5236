import { isCancellation, sleep, workflowInfo } from '@temporalio/workflow';
import { codeOf, detailsOf, failureType, mayHaveTakenEffect, newApiKeyId, ranOutOfTime } from '../failures';
import { hasId } from '../../contract/ids';
import { API_KEY_CHANGED, STORED_ERROR } from '../../contract/activities';
import type { LayersApi } from '../layersApi';
import type { Memory } from '../memory';
import { together } from '../waiting/waits';
import { atMost, type CleanUp } from './cleanUp';
import { declarationOf, type Effect, type Row } from './declare';
import { idempotencyKey, intentPath, type Intent } from './idempotencyKey';

/** A create that answered with something dead this often has not been replayed: it really ends that way. */
const MAX_DEAD_ANSWERS = 3;
/** So often in a row an error that is stored under its key is answered with another key; then the step blocks, and heals. */
const MAX_STORED_ERRORS = 4;
/** A job is tried twice by itself, and perhaps once more by an operator. */
const EARLIER_TRIES = 3;
/** How long the flow waits for something to be taken back before it goes on; at the end it is tried again. */
const IN_THE_FLOW_MS = 60_000;

/** What the ledger needs of the flow. */
export interface Services {
  readonly layers: LayersApi;
  readonly cleanUp: CleanUp;
  readonly memory: Memory;
}

/** All that has to outlive the run. */
interface Book {
  rows: Row[];
  /** By intent: how often its key has changed. */
  tries: Record<string, number>;
  /** Ids of what was taken back or replaced: it is never taken for the answer to a new request. */
  past: string[];
  trustsReplays: boolean;
}

/**
 * The ledger: what this onboarding has made at Layers, or may have made. A row per request.
 *
 *   (none) ──make──▶ unanswered ──Layers answers──────────▶ made ──keep──▶ kept
 *                      │  ▲   └────found again, without────▶ (found: stays unanswered
 *   definite refusal   │  │        its job                   until it is kept)
 *   (row closed, next  │  └ time-out, 5xx, killed worker,
 *    try, new key) ◀───┘    changed API key: same intent again
 *
 *   What is not kept is undone when the flow drops it, when another request replaces it, and at the end of the
 *   workflow. A write without an `undo` of its own is kept as soon as it is made.
 *
 * E1. A row is opened before the request is sent, and stays until it is kept, undone or refused: a cancel at any moment
 *     finds it.
 * E2. Same key, same body. The key changes only after a definite refusal, an error that Layers has stored under it, a
 *     retired try, or for another body.
 * E3. A replay is trusted, except on a project that was there before, after 23 hours without an answer, under another API
 *     key than the first send's, and in a run that continues another. There `make` finds before it sends, and checks that
 *     what a replay describes still stands.
 * E4. An effect without an answer that may stay, such as a medium, is looked for at the end: the history knows all of them.
 * E5. Undoing one effect never stops the undoing of another; what failed stays in the status and is tried again at the end.
 */
export class Effects<Flow extends Services> {
  private readonly book: Book;
  private readonly workflowId = workflowInfo().workflowId;

  /** @param isContinued an operator may have reset this run: what it sent before then, its memory does not know */
  constructor(
    private readonly flow: Flow,
    private readonly isContinued: boolean,
  ) {
    this.book = flow.memory.once<Book>('ledger', () => ({ rows: [], tries: {}, past: [], trustsReplays: true }));
  }

  /** The project was there before this run: an earlier run may have used the same keys. */
  distrustReplays(): void {
    this.book.trustsReplays = false;
  }

  get trustsReplays(): boolean {
    return this.book.trustsReplays && !this.isContinued;
  }

  /** The key of an intent's current try. */
  key(intent: Intent): string {
    const path = this.path(intent);
    return idempotencyKey(path, this.book.tries[path] ?? 0);
  }

  /** After a definite refusal, or where what was made has ended badly; never after a missing answer. */
  nextTry(intent: Intent): void {
    this.changeKey(this.path(intent));
  }

  /** Whether a request of this intent may have taken effect without an answer. */
  isUnanswered(intent: Intent): boolean {
    return this.current(this.path(intent))?.state === 'unanswered';
  }

  /** What was asked for by requests of this effect that got no answer. */
  unanswered<Args, Made>({ name }: Effect<Flow, Args, Made>): Args[] {
    return this.book.rows.flatMap(({ effect, state, args }) =>
      effect === name && state === 'unanswered' ? [args as Args] : [],
    );
  }

  /**
   * Makes something exactly once. Usually the idempotency key is enough; where it is not (E3), it is looked for first, and
   * what the create returned is then read, since a replay may describe something that has died meanwhile.
   *
   * @param isUnused what it is made for is so new that the key cannot have been used before
   * @param firstLook in the place of the first `find`, where what that would read has just been read
   * @returns what Layers answered, now or to an earlier call, or what was found
   */
  async make<Args, Made>(
    effect: Effect<Flow, Args, Made>,
    args: Args,
    { isUnused = false, firstLook }: { isUnused?: boolean; firstLook?: () => Promise<Made | null> } = {},
  ): Promise<Made> {
    const intent = effect.intent(args);
    const path = this.path(intent);
    this.replaceOther(effect, path, args);
    const known = this.current(path)?.made;
    if (known !== undefined && known !== null) return known as Made;

    let deadAnswers = 0;
    let storedErrors = 0;
    let wasRefused = false;
    let look = firstLook ?? (() => effect.find(this.flow, args));
    for (;;) {
      const isDoubted = (!this.trustsReplays && !(isUnused && !this.isContinued)) || this.isUnanswered(intent);
      if (isDoubted) {
        const found = await look();
        look = () => effect.find(this.flow, args);
        if (found !== null) return this.found(effect, path, args, found);
      }
      const row = this.open(effect, path, args, [this.key(intent)]);
      let answer: Made;
      try {
        answer = await effect.send(this.flow, args, this.key(intent));
      } catch (error) {
        if (failureType(error) === STORED_ERROR) {
          // Under this key Layers would say the same for a day. What it did is looked for before the next try.
          this.changeKey(path);
          storedErrors += 1;
          if (storedErrors > MAX_STORED_ERRORS) throw error;
          const { stayAwayMs = 0 } = detailsOf(error) ?? {};
          await sleep(Math.max(stayAwayMs, 1_000 * 2 ** storedErrors), { summary: 'Layers repeats an old error' });
          continue;
        }
        if (!mayHaveTakenEffect(error)) {
          this.changeKey(path);
          // An earlier run with another input can have used the key for another body: look for what it did.
          const isUsed = codeOf(error) === 'IDEMPOTENCY_CONFLICT';
          // Where a replay is possible, the refusal may be an old one: of a wallet, say, that has been filled since.
          const looksAgain = (isUsed || isDoubted) && !wasRefused;
          wasRefused = true;
          if (isUsed && looksAgain) row.keys = this.earlierKeys(path);
          else this.close(row);
          if (looksAgain) continue;
        }
        await this.sendableAgain(error);
        continue;
      }
      // Unanswered until it has been read: a cancel meanwhile must still find it.
      if (
        !isDoubted ||
        effect.stands === undefined ||
        deadAnswers >= MAX_DEAD_ANSWERS ||
        (await this.stands(effect, args, answer, row.sentAt))
      ) {
        row.made = answer;
        row.state = effect.undo === undefined ? 'kept' : 'made';
        return answer;
      }
      deadAnswers += 1;
      this.changeKey(path);
    }
  }

  /** The effect is what it was made for, and there is nothing left to undo: its job has ended. */
  keep(intent: Intent): void {
    const row = this.current(this.path(intent));
    if (row?.made === null) this.close(row);
    else if (row !== undefined) row.state = 'kept';
  }

  /** What was made has ended badly: the next `make` is a request of its own, under a new key. */
  retire(intent: Intent): void {
    const row = this.current(this.path(intent));
    if (row !== undefined) this.close(row);
    this.nextTry(intent);
  }

  /** This is never taken for the answer to a new request any more. */
  leaveBehind(id: string): void {
    this.book.past.push(id);
  }

  isPast(id: string): boolean {
    return hasId(this.book.past, id);
  }

  /** The row of a request that a run before a reset has sent: it stands in no ledger of this run. */
  ofEarlierRun<Args, Made>(effect: Effect<Flow, Args, Made>, args: Args): Row<Args, Made> {
    const path = this.path(effect.intent(args));
    return this.rowOf(effect, path, args, this.earlierKeys(path));
  }

  /**
   * Takes back what a step has begun and the flow wants no more: all of it, but for what is `wanted` of the effect. The
   * flow is not held up for it: what cannot be undone within a minute is tried again at the end.
   */
  drop<Args, Made>(step: string, wanted: Args | null, effect: Effect<Flow, Args, Made>): Promise<void> {
    const kept = wanted === null ? null : this.path(effect.intent(wanted));
    if (wanted !== null && kept !== null) this.replaceOther(effect, kept, wanted);
    const own = this.path({ step });
    return this.undo((row) => row.path.startsWith(own) && (row.path !== kept || row.isReplaced), IN_THE_FLOW_MS);
  }

  /** Takes back all that is not kept. */
  undoRest(): Promise<void> {
    return this.undo(() => true, null);
  }

  private async undo(isUnwanted: (row: Row) => boolean, withinMs: number | null): Promise<void> {
    const rows = this.book.rows.filter((row) => row.state !== 'kept' && isUnwanted(row));
    if (rows.length === 0) return;
    const inOrder = [...rows.filter(({ state }) => state === 'made'), ...rows.filter(({ state }) => state !== 'made')];
    await together(inOrder.map((row) => this.undoOne(row, withinMs)));
  }

  private async undoOne(row: Row, withinMs: number | null): Promise<void> {
    const effect = declarationOf<Flow>(row);
    const { undo } = effect;
    if (undo === undefined) return;
    const run = (): Promise<void> => undo.run(this.flow, row, effect);
    const isDone = await this.flow.cleanUp.asItem(
      undo.what(row),
      withinMs === null ? run : () => atMost(withinMs, run),
    );
    if (!isDone) return;
    this.close(row);
    if (!row.isReplaced) this.changeKey(row.path);
  }

  private path(intent: Intent): string {
    return intentPath(this.workflowId, intent);
  }

  private current(path: string): Row | undefined {
    return this.book.rows.find((row) => row.path === path && !row.isReplaced);
  }

  private changeKey(path: string): void {
    this.book.tries[path] = (this.book.tries[path] ?? 0) + 1;
  }

  /** The keys that an earlier run can have used for an intent, the first tries of it. */
  private earlierKeys(path: string): string[] {
    return Array.from({ length: EARLIER_TRIES }, (_, tryNumber) => idempotencyKey(path, tryNumber));
  }

  /**
   * Another body needs another key (E2). What came of the old one is set aside to be undone; where it cannot be undone, it
   * may serve as well: an unanswered one is looked for.
   */
  private replaceOther<Args>(effect: Effect<Flow, Args, unknown>, path: string, args: Args): void {
    const row = this.current(path);
    if (row === undefined || JSON.stringify(row.args) === JSON.stringify(args)) return;
    if (effect.undo !== undefined) row.isReplaced = true;
    else if (row.state === 'unanswered') row.args = args;
    else this.close(row);
    this.changeKey(path);
  }

  private open<Args>(effect: Effect<Flow, Args, unknown>, path: string, args: Args, keys: string[]): Row {
    const opened = this.rowOf<Args, unknown>(effect, path, args, keys);
    const row = this.current(path);
    if (row !== undefined) return Object.assign(row, { keys, apiKeyId: opened.apiKeyId });
    this.book.rows.push(opened);
    return opened;
  }

  private rowOf<Args, Made>(
    { name }: Effect<Flow, Args, Made>,
    path: string,
    args: Args,
    keys: string[],
  ): Row<Args, Made> {
    const apiKeyId = this.flow.layers.caller?.apiKeyId ?? '';
    const sentAt = Date.now();
    return { effect: name, args, path, keys, apiKeyId, sentAt, state: 'unanswered', made: null, isReplaced: false };
  }

  private close(row: Row): void {
    this.book.rows = this.book.rows.filter((other) => other !== row);
  }

  /** Found without its job: if the flow ends before the job does, clean-up asks Layers for it by sending the same key again. */
  private found<Args, Made>(effect: Effect<Flow, Args, Made>, path: string, args: Args, found: Made): Made {
    const row = this.current(path) ?? this.open(effect, path, args, this.earlierKeys(path));
    row.made = found;
    if (effect.undo === undefined) row.state = 'kept';
    return found;
  }

  /** What Layers no longer knows does not stand either. */
  private async stands<Args, Made>(
    effect: Effect<Flow, Args, Made>,
    args: Args,
    made: Made,
    sentAt: number,
  ): Promise<boolean> {
    try {
      return (await effect.stands?.(this.flow, args, made, sentAt)) ?? true;
    } catch (error) {
      if (codeOf(error) === 'NOT_FOUND') return false;
      throw error;
    }
  }

  /** Returns where the request may be sent again at once: the API key has changed, or its time was up. Else it throws. */
  private async sendableAgain(error: unknown): Promise<void> {
    if (isCancellation(error)) throw error;
    if (failureType(error) === API_KEY_CHANGED) return this.flow.layers.useApiKey(newApiKeyId(error));
    if (!ranOutOfTime(error)) throw error;
    // A pause longer than the call had time left has ended the call, so it is kept here, before the next one.
    const { stayAwayMs = 0 } = detailsOf(error) ?? {};
    if (stayAwayMs > 0) await sleep(stayAwayMs, { summary: 'Layers asked not to be called before' });
  }
}
