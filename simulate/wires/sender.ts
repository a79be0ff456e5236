import { asyncLocalStorage } from '@temporalio/activity';
import { attemptOf } from '../temporal/attempts';

/** Who sends, as far as a wire depends on it: the attempt of an activity, within a worker process. */
export interface Sender {
  readonly isDead: boolean;
  readonly isFrozen: boolean;
  /** Resolves when its process runs. */
  readonly awake: Promise<void> | null;
}

/** The attempt in which this is called; `undefined` where people and services send. */
export function sender(): Sender | undefined {
  const context = asyncLocalStorage.getStore();
  return context === undefined ? undefined : attemptOf.get(context);
}
