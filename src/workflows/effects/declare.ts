import type { Intent } from './idempotencyKey';

/** One row of the ledger: a write that was sent, or is about to be. Plain JSON, so that a run can carry it on. */
export interface Row<Args = unknown, Made = unknown> {
  /** The name of its declaration. */
  effect: string;
  args: Args;
  /** The intent in clear. */
  path: string;
  /** The keys that it was sent under; several where an earlier run sent it, which may have come to a later try. */
  keys: string[];
  /** The API key that it was sent with: no other one is told which request an idempotency key stands for. */
  apiKeyId: string;
  /** Epoch milliseconds: not sent before. */
  sentAt: number;
  state: 'unanswered' | 'made' | 'kept';
  /** What Layers answered, or what was found of it; `null` as long as neither is known. */
  made: Made | null;
  /** Another request has taken its place: what came of it answers nothing any more. */
  isReplaced: boolean;
}

/** How a write is taken back. */
export interface Undo<Flow, Args, Made> {
  /** For people: `cancel the running job …`. */
  what(row: Row<Args, Made>): string;
  run(flow: Flow, row: Row<Args, Made>, effect: Effect<Flow, Args, Made>): Promise<void>;
}

/**
 * A write whose effect must exist exactly once: what makes it one intent, how it is sent, how it is found again where a
 * replay cannot be trusted, and how it is taken back.
 */
export interface Effect<Flow, Args, Made> {
  /** Names it in the ledger, so it must never change. */
  name: string;
  intent(args: Args): Intent;
  send(flow: Flow, args: Args, key: string): Promise<Made>;
  /** `null` where it is certain that there is none. */
  find(flow: Flow, args: Args): Promise<Made | null>;
  /**
   * Whether what a replay returned still is what it was: not cancelled, failed or rejected meanwhile.
   * @param sentAt epoch milliseconds: what was made since is no replay
   */
  stands?(flow: Flow, args: Args, made: Made, sentAt: number): Promise<boolean>;
  /**
   * With it, what was made is undone at the end unless its step has kept it (`Effects.keep`): a job that has ended.
   * Without it, it is kept as soon as it is made, and its owner takes it back where that is wanted (posts, the project).
   */
  undo?: Undo<Flow, Args, Made>;
}

const declared = new Map<string, Effect<never, never, never>>();

/** Declares a write, once, where it is made. The ledger finds the declaration again by its name. */
export function declare<Flow, Args, Made>(effect: Effect<Flow, Args, Made>): Effect<Flow, Args, Made> {
  declared.set(effect.name, effect as unknown as Effect<never, never, never>);
  return effect;
}

/** The declaration of a row, also of one that an earlier run has opened. */
export function declarationOf<Flow>(row: Row): Effect<Flow, unknown, unknown> {
  const effect = declared.get(row.effect);
  if (effect === undefined) throw new Error(`No write is declared under the name ${row.effect}.`);
  return effect as unknown as Effect<Flow, unknown, unknown>;
}
