import { AsyncResource } from 'node:async_hooks';
import crypto from 'node:crypto';
import { performance } from 'node:perf_hooks';
import timersPromises from 'node:timers/promises';
import type { Clock, Entry } from './clock';

/**
 * Time and chance of this process become those of the world that is being simulated; without one they are the machine's.
 * One file in the place of a seam wherever product, sandbox and SDK ask for the time: what runs is what ships. To be
 * imported before anything else.
 */

const RealDate = Date;
const real = {
  ...{ setTimeout, setInterval, clearTimeout, clearInterval },
  random: Math.random,
  randomBytes: crypto.randomBytes,
  randomUUID: crypto.randomUUID,
  performanceNow: performance.now.bind(performance),
  timeout: AbortSignal.timeout.bind(AbortSignal),
  sleep: timersPromises.setTimeout,
};

let clock: Clock | null = null;

/** From now on the process lives in that world; `null`: in ours. */
export const liveBy = (world: Clock | null): void => void (clock = world);

/** The machine's own time, for measurements. Epoch milliseconds. */
export const realNow = (): number => RealDate.now();

const now = (): number => clock?.now ?? RealDate.now();

class VirtualTimer {
  private entry: Entry;

  constructor(
    private readonly world: Clock,
    private readonly ms: number,
    private readonly act: () => void,
    private readonly repeats: boolean,
  ) {
    this.entry = this.set();
  }

  private set(): Entry {
    return this.world.in(Math.max(1, this.ms), () =>
      this.world.busily(() => {
        if (this.repeats) this.entry = this.set();
        this.act();
      }),
    );
  }

  stop(): void {
    this.world.cancel(this.entry);
  }

  refresh(): this {
    this.stop();
    this.entry = this.set();
    return this;
  }

  unref(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.toPrimitive](): number {
    return this.entry.seq;
  }
}

type Callback = (...args: unknown[]) => void;

const timer =
  (repeats: boolean) =>
  (run: Callback, ms = 0, ...args: unknown[]): unknown => {
    if (clock === null) return (repeats ? real.setInterval : real.setTimeout)(run, ms, ...args);
    // As with real timers, what was set within an activity still belongs to it when it fires.
    const bound = AsyncResource.bind(run);
    return new VirtualTimer(clock, ms, () => void bound(...args), repeats);
  };

const clearing =
  (clear: (timer: never) => void) =>
  (timer: unknown): void =>
    timer instanceof VirtualTimer ? timer.stop() : clear(timer as never);

function virtualTimeout(ms: number): AbortSignal {
  if (clock === null) return real.timeout(ms);
  const controller = new AbortController();
  clock.in(ms, () =>
    clock?.busily(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))),
  );
  return controller.signal;
}

globalThis.Date = class Date extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(now());
    else super(...(args as [number]));
  }
  static override now = now;
} as DateConstructor;
Object.assign(globalThis, {
  setTimeout: timer(false),
  setInterval: timer(true),
  clearTimeout: clearing(real.clearTimeout),
  clearInterval: clearing(real.clearInterval),
});
AbortSignal.timeout = virtualTimeout;
performance.now = () => (clock === null ? real.performanceNow() : clock.now);
Math.random = () => (clock === null ? real.random() : clock.random.next());
Object.assign(timersPromises, {
  setTimeout: (ms: number, value?: unknown, options?: object) =>
    clock === null ? real.sleep(ms, value, options) : clock.sleep(ms).then(() => value),
});
Object.assign(crypto, {
  randomBytes: (size: number) => (clock === null ? real.randomBytes(size) : clock.random.bytes(size)),
  randomUUID: () => (clock === null ? real.randomUUID() : clock.random.uuid()),
});
