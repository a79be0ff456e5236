import { decideReview } from '../../src/contract/messages';
import { effects, openStack, requests, underReview, until, untilStatus, type Stack } from '../support/environment';
import { nextWeek } from '../support/inputs';
import { bend, customerOf, quickest, skipTime, steer } from '../support/steering';

const ACCOUNT = 'sa_3f0c2b52-5b0a-4f6e-9c55-0d3a6b1f7e21';

/** A `Retry-After` that is longer than a write may take with all its retries. */
describe('an outage that outlasts the idempotency key', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await openStack();
  });
  afterAll(() => stack.close());

  it('is waited out, then the flow looks for the effect before it sends again', async () => {
    const { sandbox } = stack;
    const input = quickest({ social: { socialAccountIds: [ACCOUNT] }, schedule: { at: nextWeek() } });
    const customer = customerOf(input);
    const call = { method: 'POST', path: '/schedule$' };
    const sent = (): number => requests(sandbox, 'POST', /\/schedule$/).length;
    await steer(sandbox, 'POST', '/accounts', { customerExternalId: customer, id: ACCOUNT });
    await bend(
      sandbox,
      customer,
      { match: call, times: 1, action: { kind: 'close', when: 'after', store: 'none' } },
      {
        match: call,
        after: 1,
        times: 1,
        action: { kind: 'answer', status: 503, headers: { 'Retry-After': '86400' } },
      },
    );
    const handle = await stack.start(input);
    await untilStatus(handle, underReview);
    await handle.executeUpdate(decideReview, { args: [{ decision: 'approve', reviewer: 'maria', revision: 0 }] });
    await until(async () => sent() === 2);
    const looks = (): number => requests(sandbox, 'GET', /\/scheduled-posts$/).length;
    await until(async () => {
      const { events } = await handle.fetchHistory();
      const timers = events!.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes);
      const waited = timers.at(-1)?.timerStartedEventAttributes?.startToFireTimeout?.seconds;
      return Number(waited ?? 0) >= 86_400;
    });
    expect([sent(), looks()]).toEqual([2, 0]);

    await skipTime(stack, handle, '27 hours');
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled', scheduledPosts: [{}] });
    expect([sent(), looks(), effects(sandbox, 'post.created', customer).length]).toEqual([2, 1, 1]);
  });
});
