import { liveBy } from '../../../../simulate/clock/virtualTime';
import { Clock } from '../../../../simulate/clock/clock';
import { Frontend } from '../../../../simulate/wires/frontend';
import { FakeService } from './fakeService';

/** 1 September 2026. */
export const START = Date.UTC(2026, 8, 1);

/** Lets time go by until `act` is done: all that asks for the time meanwhile is told the clock's. */
export async function within<T>(clock: Clock, act: () => Promise<T>): Promise<T> {
  liveBy(clock);
  try {
    let isDone = false;
    const done = clock.busily(act).finally(() => (isDone = true));
    done.catch(() => undefined);
    const stop = await clock.run(() => isDone, Infinity, 10_000);
    if (!isDone) throw new Error(`it never ends: ${stop}`);
    return await done;
  } finally {
    liveBy(null);
  }
}

/** A frontend before a service without workers, and what its model complains of. */
export function createFrontend({ lagMs = 0, seed = 1 } = {}) {
  const clock = new Clock(seed, START);
  const service = new FakeService(clock);
  const problems: string[] = [];
  const frontend = new Frontend(
    { clock, service: service.asService, problem: (what) => void problems.push(what) },
    { lagMs },
  );
  return { clock, service, frontend, client: frontend.client, problems };
}
