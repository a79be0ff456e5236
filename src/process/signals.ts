/** Ctrl-C under npm arrives twice: from the terminal, and handed on by npm. */
const SAME_PRESS_MS = 300;

export interface EndingOptions {
  /** The process ends after so long at the latest, whatever hangs; whoever stops one mostly kills it after 30 s. */
  withinMs: number;
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/**
 * Aborts when this process is told to end, by SIGTERM or SIGINT. It then has to end by itself; after `withinMs` it ends
 * with 0 whatever it does, and by a second signal at once.
 */
export function endBySignal({ withinMs, log }: EndingOptions): AbortSignal {
  const ending = new AbortController();
  let since = 0;
  const goAnyway = (): void => {
    log.warn({ seconds: withinMs / 1_000 }, 'Not everything has ended in time; the process ends all the same');
    process.exit(0);
  };
  const end = (signal: NodeJS.Signals): void => {
    if (!ending.signal.aborted) {
      since = Date.now();
      log.info({ signal }, 'Ending: nothing new is begun, requests under way are finished');
      setTimeout(goAnyway, withinMs).unref();
      ending.abort();
    } else if (Date.now() - since > SAME_PRESS_MS) {
      log.warn({ signal }, 'Ended at once, by a second signal');
      process.exit(1);
    }
  };
  process.on('SIGTERM', end).on('SIGINT', end);
  return ending.signal;
}

/** When it has aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
