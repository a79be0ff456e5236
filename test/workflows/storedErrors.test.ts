import type { Rule } from '../../src/sandbox';
import { effects, requests, withStack } from '../support/environment';
import { statusOf, untilReview } from '../support/status';
import { bend, customerOf, quickest } from '../support/steering';

/** Layers may store an error under an idempotency key, and answer with it for a day (layers/API.md 21.1). */
describe('an error that is stored under its key', () => {
  const stack = withStack();
  const CREATE = { method: 'POST', path: '^/v1/projects$' };
  const REMIX = { method: 'POST', path: '/slideshow-remix$' };
  const FAULT: Rule['action'] = { kind: 'answer', status: 500, code: 'INTERNAL', store: 'fault' };

  it.concurrent.each<[string, Rule]>([
    ['a fault while the project is created', { match: CREATE, times: 1, action: FAULT }],
    ['a fault at the start of the job', { match: REMIX, times: 1, action: FAULT }],
    ['a fault twice', { match: REMIX, times: 2, action: FAULT }],
  ])('%s holds nothing up', async (_, rule) => {
    const input = quickest();
    await bend(stack.sandbox, customerOf(input), rule);
    const handle = await stack.start(input);
    await untilReview(handle);
    expect((await statusOf(handle)).blocked).toEqual([]);
    expect(effects(stack.sandbox, 'project.created', customerOf(input))).toHaveLength(1);
    expect(effects(stack.sandbox, 'content.created', customerOf(input))).toHaveLength(1);
    await handle.cancel();
  });

  it('it is looked for before another key is used', async () => {
    const input = quickest();
    await bend(stack.sandbox, customerOf(input), { match: CREATE, times: 1, action: FAULT });
    const looks = (): number => requests(stack.sandbox, 'GET', /^\/v1\/projects$/).length;
    const before = looks();
    const handle = await stack.start(input);
    await untilReview(handle);
    expect(looks()).toBeGreaterThanOrEqual(before + 2);
    await handle.cancel();
  });
});
