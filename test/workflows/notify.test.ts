import type { Notification, NotifyArgs } from '../../src/contract/notifications';
import { until, untilStatus, withStack } from '../support/environment';
import { acmeCoffee, FAST_WAITS } from '../support/inputs';
import { approve, chooseSource, reject, resolve, retry } from '../support/people';
import { untilBlocked, untilReview } from '../support/status';
import { bend, skipTime } from '../support/steering';

/** What a partner is told, through the activity that a notifier is plugged into. */
describe('notifications', () => {
  const sent: NotifyArgs[] = [];
  /** How often the receiver of a customer refuses first. */
  const refusals = new Map<string, number>();
  const stack = withStack({
    notifier: {
      async notify(args) {
        const left = refusals.get(args.customer.externalId) ?? 0;
        refusals.set(args.customer.externalId, left - 1);
        if (left > 0) throw new Error('the receiver is down');
        sent.push(args);
      },
    },
  });

  const of = (customer: string): Notification[] =>
    sent.filter((args) => args.customer.externalId === customer).map(({ notification }) => notification);
  const types = (customer: string): string[] => of(customer).map(({ type }) => type);

  it('notifications ask for a review, remind, tell that it expired and how the onboarding ended', async () => {
    const input = acmeCoffee({ review: { deadline: '1500ms', remindEvery: '600ms' } });
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);
    expect(await handle.result()).toMatchObject({ outcome: 'expired' });
    const wanted = ['onboarding.finished', 'review.expired', 'review.reminder', 'review.requested'];
    await until(async () => wanted.every((type) => types(customer).includes(type)));
    // How many reminders fit before the deadline is the machine's business; what else is told is not.
    expect([...new Set(types(customer))].sort()).toEqual(wanted);
    expect(types(customer).filter((type) => type !== 'review.reminder')).toHaveLength(3);
    expect(of(customer).find(({ type }) => type === 'onboarding.finished')).toMatchObject({ outcome: 'expired' });
    const ids = sent.filter((args) => args.customer.externalId === customer).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('notifications of another run of the same customer are other news, though they say the same', async () => {
    const input = acmeCoffee();
    const customer = input.project.customerExternalId;
    for (let run = 1; run <= 2; run += 1) {
      const handle = await stack.start(input);
      await reject(handle, 'Not our tone.');
      await handle.result();
    }
    const finished = (): number => types(customer).filter((type) => type === 'onboarding.finished').length;
    await until(async () => finished() === 2);
    const ids = sent.filter((args) => args.customer.externalId === customer).map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(4);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('notifications of the end are delivered although the receiver is down just then', async () => {
    const input = acmeCoffee({ review: { deadline: '700ms', remindEvery: '700ms' } });
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);
    await until(async () => types(customer).includes('review.requested'));
    refusals.set(customer, 2);
    expect(await handle.result()).toMatchObject({ outcome: 'expired' });
    const wanted = ['onboarding.finished', 'review.expired', 'review.requested'];
    await until(async () => wanted.every((type) => types(customer).includes(type)));
  });

  it('notifications of the end are delivered under an id that a store on SQL takes, however long the onboarding has one', async () => {
    const input = acmeCoffee();
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input, `${customer}-`.padEnd(255, 'x'));
    await reject(handle);
    await handle.result();
    await until(async () => types(customer).includes('onboarding.finished'));
    const children = ((await handle.fetchHistory()).events ?? []).flatMap(
      ({ startChildWorkflowExecutionInitiatedEventAttributes: child }) => child?.workflowId ?? [],
    );
    expect(children).toHaveLength(1);
    expect(Buffer.byteLength(children[0]!)).toBeLessThanOrEqual(255);
  });

  it('notifications remind the reviewer who is to choose the source', async () => {
    const input = acmeCoffee({
      content: { source: { pick: 'person' } },
      review: { deadline: '2 minutes', remindEvery: '300ms' },
    });
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);
    const { choices } = await untilStatus(handle, (status) => status.choices !== null);
    await until(async () => types(customer).filter((type) => type === 'source.choice.reminder').length >= 2);
    expect(of(customer)).toContainEqual({ type: 'source.choice.reminder', candidates: choices!.length });
    await chooseSource(handle, choices![0]!.tiktokVideoId);
    await untilReview(handle);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  });

  it('notifications tell of a blocked step once, not once per retry that meets the same cause', async () => {
    const input = acmeCoffee({ appMedia: [] });
    const customer = input.project.customerExternalId;
    await bend(stack.sandbox, customer, {
      match: { method: 'POST', path: '/slideshow-remix$' },
      times: 2,
      action: { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED', store: 'none' },
    });
    const handle = await stack.start(input);
    for (const round of [1, 2]) {
      const seen = await untilStatus(handle, ({ blocked }) => blocked.length === 1);
      await resolve(handle, { step: 'content', action: 'retry', operator: `olga ${round}` });
      await untilStatus(handle, ({ blocked }) => blocked[0]?.since !== seen.blocked[0]!.since);
    }
    await approve(handle);
    await handle.result();
    await until(async () => types(customer).includes('onboarding.finished'));
    expect(types(customer).filter((type) => type === 'step.blocked')).toHaveLength(1);
    expect(of(customer).find(({ type }) => type === 'step.blocked')).toMatchObject({
      step: 'content',
      code: 'BILLING_EXHAUSTED',
      who: 'operator',
    });
  });

  const blocks = (customer: string): string[] =>
    of(customer).flatMap((told) => (told.type === 'step.blocked' ? [told.code] : []));

  it('notifications tell of a blocked step once per cause, also where two causes take turns', async () => {
    const input = acmeCoffee({ appMedia: [] });
    const customer = input.project.customerExternalId;
    const refusals = [
      [402, 'BILLING_EXHAUSTED'],
      [403, 'FORBIDDEN_SCOPE'],
      [402, 'BILLING_EXHAUSTED'],
      [403, 'FORBIDDEN_SCOPE'],
    ] as const;
    for (const [after, [status, code]] of refusals.entries())
      await bend(stack.sandbox, customer, {
        match: { method: 'POST', path: '/slideshow-remix$' },
        after,
        times: 1,
        action: { kind: 'answer', status, code, store: 'none' },
      });
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content');
    // It tries again after 5, 10, 20 and 40 minutes.
    await skipTime(stack, handle, '70 minutes');
    await skipTime(stack, handle, '10 minutes');
    await untilReview(handle);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    await until(async () => types(customer).includes('onboarding.finished'));
    expect(blocks(customer)).toEqual(['BILLING_EXHAUSTED', 'FORBIDDEN_SCOPE']);
  });

  it('notifications tell once more of what an operator has answered and what comes back much later', async () => {
    const input = acmeCoffee({
      appMedia: [],
      social: { connect: [{ platform: 'tiktok' }] },
      policy: { waits: { ...FAST_WAITS, social: { deadline: '2 hours' } } },
    });
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);
    await untilReview(handle);
    for (const times of [1, 2]) {
      await skipTime(stack, handle, '3 hours');
      await untilBlocked(handle, 'social', 'NotConnected');
      await until(async () => blocks(customer).length === times);
      if (times === 1) await retry(handle, 'social');
    }
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
  });

  it('notifications ask the customer to connect, remind, and are delivered although the receiver was down, without holding up the flow', async () => {
    const input = acmeCoffee({
      appMedia: [],
      social: { connect: [{ platform: 'tiktok' }] },
      review: { deadline: '5 minutes', remindEvery: '700ms' },
      policy: { waits: { ...FAST_WAITS, social: { deadline: '1 hour' } } },
    });
    const customer = input.project.customerExternalId;
    refusals.set(customer, 1);
    const handle = await stack.start(input);
    await untilReview(handle);
    await until(async () => types(customer).filter((type) => type === 'connect.reminder').length >= 2);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    await until(async () =>
      of(customer).some(
        (notification) => notification.type === 'onboarding.finished' && notification.outcome === 'cancelled',
      ),
    );
  });
});
