import type { Clock } from '../clock/clock';

/**
 * Runs `act` at the other end of a wire: after a while, and by the clock alone, so that nothing of whoever sends, like the
 * activity that it runs in, comes along. What `act` throws is thrown here.
 *
 * @param ms how long it is on its way
 */
export const across = <T>(clock: Clock, ms: number, act: () => T | Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    // No promise is returned to the clock: it would stand still until the other side has answered.
    clock.in(ms, () => {
      clock.busily(() => {
        void Promise.resolve().then(act).then(resolve, reject);
      });
    });
  });

/** For whoever will never hear anything. */
export const silence = (): Promise<never> => new Promise(() => undefined);
