import { effects, openStack, untilStatus, withStack } from '../support/environment';
import { FAST_WAITS } from '../support/inputs';
import { statusOf, untilBlocked, untilReview, untilStep } from '../support/status';
import { bend, customerOf, quickest, skipTime, steer, stopFault } from '../support/steering';

/** What is mended outside needs nobody here: the step tries again by itself. */
describe('a blocked step', () => {
  const stack = withStack();

  it.concurrent(
    'a blocked step tries again by itself where the cause heals outside, later each time, at last every hour',
    async () => {
      const input = quickest();
      await bend(stack.sandbox, customerOf(input), {
        match: { method: 'POST', path: '/slideshow-remix$' },
        times: 6,
        action: { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED', store: 'fault' },
      });
      const handle = await stack.start(input);
      await untilBlocked(handle, 'content');
      // Every jump ends a minute beside a timer.
      await skipTime(stack, handle, '1 minute');
      const { since } = (await statusOf(handle)).blocked[0]!;
      let retryAt = '';
      let before = Date.parse(since);
      for (const minutes of [5, 10, 20, 40, 60, 60]) {
        const { blocked } = await untilStatus(handle, (status) => (status.blocked[0]?.retryAt ?? retryAt) !== retryAt);
        // Blocked all the time, so blocked since the first time.
        expect(blocked[0]!.since).toBe(since);
        retryAt = blocked[0]!.retryAt!;
        const pause = Date.parse(retryAt) - before;
        expect(pause).toBeGreaterThanOrEqual(minutes * 60_000);
        expect(pause).toBeLessThan((minutes + 1) * 60_000);
        await skipTime(stack, handle, `${minutes - 2} minutes`);
        expect((await statusOf(handle)).blocked[0]!.retryAt).toBe(retryAt);
        await skipTime(stack, handle, '2 minutes');
        before = Date.parse(retryAt);
      }
      await untilReview(handle);
      expect(effects(stack.sandbox, 'content.created', customerOf(input))).toHaveLength(1);
      await handle.cancel();
    },
  );

  it.concurrent.each([
    ['a rotated key works again', { revoked: true }, { revoked: false }, 'UNAUTHENTICATED', 401],
    ['a suspension is lifted', { killed: true }, { killed: false }, 'KILL_SWITCH', 503],
  ] as const)('a blocked step heals by itself once %s', async (_, broken, mended, code, httpStatus) => {
    const key = `lp_test_${code.toLowerCase()}`;
    const stackOfItsOwn = await openStack({ sandbox: { keys: [{ key: 'lp_test_suite' }, { key }] } });
    try {
      const input = quickest();
      await bend(stackOfItsOwn.sandbox, customerOf(input), {
        match: { method: 'GET', path: '/influencers$' },
        times: 1,
        action: { kind: 'key', ...broken },
      });
      const handle = await stackOfItsOwn.start(input);
      const blocked = await untilBlocked(handle, 'influencer');
      expect(blocked).toMatchObject({ code, httpStatus, retryAt: expect.any(String) });
      await steer(stackOfItsOwn.sandbox, 'POST', '/keys', { key: 'lp_test_suite', ...mended });
      await skipTime(stackOfItsOwn, handle, '6 minutes');
      await untilReview(handle);
      await handle.cancel();
    } finally {
      await stackOfItsOwn.close();
    }
  });

  it.concurrent('a blocked step heals by itself once Layers answers as documented again', async () => {
    const input = quickest();
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'GET', path: '/influencers$' },
      times: 1,
      action: { kind: 'raw', status: 200, body: '{"items":7}' },
    });
    const handle = await stack.start(input);
    const blocked = await untilBlocked(handle, 'influencer');
    expect(blocked).toMatchObject({ code: 'UnexpectedResponse', httpStatus: 200, retryAt: expect.any(String) });
    await skipTime(stack, handle, '6 minutes');
    await untilReview(handle);
    await handle.cancel();
  });

  it.concurrent('a blocked step heals by itself after an outage that outlasted a wait', async () => {
    const influencer = { earliest: '1 minute', typical: '1 minute', deadline: '2 minutes' };
    const input = quickest({ policy: { waits: { ...FAST_WAITS, influencer } } });
    const id = `down-${customerOf(input)}`;
    await bend(stack.sandbox, customerOf(input), {
      id,
      match: { method: 'GET', path: '/influencers$' },
      action: { kind: 'close', when: 'before' },
    });
    const handle = await stack.start(input);
    await untilStep(handle, 'influencer', 'waiting');
    await skipTime(stack, handle, '15 minutes');
    const blocked = await untilBlocked(handle, 'influencer');
    expect(blocked).toMatchObject({ code: 'ApiUnavailable', retryAt: expect.any(String) });
    await stopFault(stack.sandbox, id);
    await skipTime(stack, handle, '6 minutes');
    await untilReview(handle);
    await handle.cancel();
  });
});
