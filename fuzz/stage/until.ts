/** Waits for a condition; says what it was when it does not come. */
export async function until(look: () => Promise<boolean>, withinMs: number, what: string): Promise<void> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.4, 200)) {
    const seen = await look().catch((error: unknown) => void (last = error));
    if (seen === true) return;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${withinMs} ms`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
