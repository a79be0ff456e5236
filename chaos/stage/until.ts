/** Waits for a condition; `false` when it does not come in time. What fails on the way only means: not yet. */
export async function until(look: () => Promise<boolean> | boolean, withinMs: number, everyMs = 25): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      if (await look()) return true;
    } catch {
      // the server or the worker is away
    }
    if (Date.now() > deadline) return false;
    await pause(everyMs);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats what may fail while things are broken on purpose. */
export async function insist<T>(attempt: () => Promise<T>, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;)
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(200);
    }
}
