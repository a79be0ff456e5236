import { asyncLocalStorage } from '@temporalio/activity';
import { createSandbox, type Rule } from '../../../src/sandbox';
import { LayersClient } from '../../../src/layers/client';
import { LayersError } from '../../../src/layers/errors';
import { Clock } from '../../../simulate/clock/clock';
import { attemptOf } from '../../../simulate/temporal/attempts';
import { CLEAN_WIRE, LayersWire, type WireFaults } from '../../../simulate/wires/layersWire';
import { START, within } from './support/world';

const API_KEY = 'lp_test_wire';

function stage({ faults = {}, rules = [] }: { faults?: Partial<WireFaults>; rules?: Rule[] } = {}) {
  const clock = new Clock(1, START);
  const strikes: [number, number][] = [];
  const lines: string[] = [];
  const sandbox = createSandbox({ now: () => clock.now, publicUrl: 'http://layers.sim', faults: rules });
  const wire = new LayersWire(
    { clock, log: (line) => void lines.push(line), strike: (from, to) => void strikes.push([from, to]) },
    sandbox.fetch,
    { ...CLEAN_WIRE, ...faults },
  );
  const layers = new LayersClient({ baseUrl: 'http://layers.sim', apiKey: API_KEY, dispatcher: wire });
  /** The code of what the client throws, or who it is. */
  const whoami = async (signal?: AbortSignal): Promise<unknown> =>
    layers.whoami({ signal }).then(
      ({ organizationName }) => organizationName,
      (error: LayersError) => error,
    );
  const requests = () => sandbox.ledger().filter(({ type }) => type === 'request').length;
  return { clock, strikes, lines, sandbox, wire, whoami, requests };
}

/** As within an attempt of an activity. */
function attempting<T>(attempt: { isDead: boolean; isFrozen: boolean; awake: Promise<void> | null }, act: () => T): T {
  const context = {};
  attemptOf.set(context, attempt as never);
  return asyncLocalStorage.run(context as never, act);
}

test('carries requests and answers, which takes time', async () => {
  const { clock, whoami, wire, requests, strikes } = stage();
  expect(await within(clock, () => whoami())).toEqual(expect.any(String));
  expect(clock.now).toBeGreaterThan(START);
  expect(clock.now).toBeLessThan(START + 1_000);
  expect([wire.requests, requests(), strikes.length]).toEqual([1, 1, 0]);
});

test('tells the time as an HTTP server does', async () => {
  const { clock, wire } = stage();
  const { headers } = await within(clock, () =>
    wire.request({ origin: 'http://layers.sim', path: '/', method: 'GET' }),
  );
  expect(headers['date']).toBe(new Date(START).toUTCString());
});

describe('by chance', () => {
  const outcome = async (faults: Partial<WireFaults>) => {
    const world = stage({ faults });
    const error = await within(world.clock, () => world.whoami());
    return { ...world, error, took: world.clock.now - START };
  };

  test('a request is lost: nothing has happened at Layers', async () => {
    const { error, requests, strikes, lines } = await outcome({ loseRequest: 1 });
    expect(String(error)).toContain('(UND_ERR_SOCKET)');
    expect([requests(), strikes.length]).toEqual([0, 0]);
    expect(lines).toEqual(['GET /v1/whoami: request lost']);
  });

  test('an answer is lost, and nobody could know of it', async () => {
    const { error, requests, strikes } = await outcome({ loseAnswer: 1 });
    expect(String(error)).toContain('(UND_ERR_SOCKET)');
    expect([requests(), strikes.length]).toEqual([1, 1]);
  });

  test('a connection falls silent until the client gives up', async () => {
    const { error, requests, strikes, took } = await outcome({ silent: 1 });
    expect(String(error)).toContain('(TimeoutError)');
    expect([requests(), strikes.length, took]).toEqual([1, 1, 20_000]);
  });
});

test('just the answer to the n-th request is lost', async () => {
  const { clock, whoami } = stage({ faults: { loseAnswerTo: 2 } });
  const answers: unknown[] = [];
  for (let turn = 1; turn <= 3; turn += 1) answers.push(await within(clock, () => whoami()));
  expect(answers.map((answer) => answer instanceof LayersError)).toEqual([false, true, false]);
});

describe('what the sandbox breaks', () => {
  const outcome = async (action: Rule['action']) => {
    const { clock, whoami } = stage({ rules: [{ times: 1, action }] });
    const error = await within(clock, () => whoami());
    return { error, took: clock.now - START };
  };

  test('a connection that it closes is closed', async () => {
    const { error } = await outcome({ kind: 'close' });
    expect(String(error)).toContain('(UND_ERR_SOCKET)');
  });

  test('one that hangs hangs until the client gives up', async () => {
    const { error, took } = await outcome({ kind: 'hang' });
    expect(String(error)).toContain('(TimeoutError)');
    expect(took).toBe(20_000);
  });

  test('an answer that it cuts off begins, and breaks', async () => {
    const { clock, wire } = stage({ rules: [{ times: 1, action: { kind: 'truncate' } }] });
    await within(clock, async () => {
      const headers = { authorization: `Bearer ${API_KEY}` };
      const { statusCode, body } = await wire.request({
        ...{ origin: 'http://layers.sim', path: '/v1/whoami', method: 'GET', headers },
      });
      expect(statusCode).toBe(200);
      const read = async (): Promise<string> => {
        let text = '';
        for await (const chunk of body) text += String(chunk);
        return text;
      };
      await expect(read()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    });
    const { error } = await outcome({ kind: 'truncate' });
    expect(String(error)).toContain('(UND_ERR_SOCKET)');
  });
});

test('a request that is not wanted any more ends at once, and its answer goes nowhere', async () => {
  const { clock, whoami, strikes, requests } = stage({ rules: [{ action: { kind: 'delay', ms: 5_000 } }] });
  const controller = new AbortController();
  clock.in(1_000, () => clock.busily(() => controller.abort()));
  const error = await within(clock, () => whoami(controller.signal));
  expect(String(error)).toContain('(AbortError)');
  expect(clock.now).toBe(START + 1_000);
  await within(clock, () => clock.sleep(10_000));
  expect([requests(), strikes.length]).toEqual([1, 1]);
});

describe('a worker', () => {
  test('that is dead sends nothing', async () => {
    const { clock, whoami, wire, requests } = stage();
    await within(clock, async () => {
      void attempting({ isDead: true, isFrozen: false, awake: null }, () => whoami());
      await clock.sleep(5_000);
    });
    expect([wire.requests, requests()]).toEqual([0, 0]);
  });

  test('that dies meanwhile hears nothing', async () => {
    const { clock, whoami, strikes, requests } = stage();
    const attempt = { isDead: false, isFrozen: false, awake: null };
    let heard = false;
    await within(clock, async () => {
      void attempting(attempt, () => whoami().then(() => (heard = true)));
      await clock.sleep(0);
      attempt.isDead = true;
      await clock.sleep(10_000);
    });
    expect([heard, requests(), strikes.length]).toEqual([false, 1, 1]);
  });

  test('that is frozen hears the answer when it wakes up', async () => {
    const { clock, whoami, strikes } = stage();
    let wake = (): void => undefined;
    const attempt = { isDead: false, isFrozen: false, awake: new Promise<void>((resolve) => (wake = resolve)) };
    clock.in(0, () => (attempt.isFrozen = true));
    clock.in(5_000, () =>
      clock.busily(() => {
        attempt.isFrozen = false;
        wake();
      }),
    );
    expect(await within(clock, () => attempting(attempt, () => whoami()))).toEqual(expect.any(String));
    expect(clock.now).toBe(START + 5_000);
    expect(strikes).toEqual([[expect.any(Number), START + 5_000]]);
  });
});

test('the same seed gives the same, to the millisecond', async () => {
  const run = async (): Promise<number[]> => {
    const { clock, whoami } = stage({ faults: { loseAnswer: 0.3, silent: 0.1 } });
    const times: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      await within(clock, () => whoami());
      times.push(clock.now);
    }
    return times;
  };
  expect(await run()).toEqual(await run());
});
