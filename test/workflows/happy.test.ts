import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { approve, authorizeSocial, decideReview } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import {
  consent,
  effects,
  openStack,
  requests,
  underReview,
  until,
  untilStatus,
  type Stack,
} from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';

describe('the happy path', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await openStack();
  });
  afterAll(() => stack.close());

  it('takes the sample customer to a scheduled post, with a connected account and decideReview', async () => {
    const { sandbox } = stack;
    const input = acmeCoffee({ social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: nextWeek() } });
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);

    await untilStatus(handle, ({ steps }) => steps.some(({ step, state }) => step === 'social' && state === 'waiting'));
    const { platform, authorizeUrl } = await handle.executeUpdate(authorizeSocial, { args: [{}] });
    expect(platform).toBe('tiktok');
    await consent(authorizeUrl);

    const waiting = await untilStatus(handle, underReview);
    expect(waiting).toMatchObject({ stage: 'review', attention: 'reviewer', mode: 'sandbox' });
    expect(waiting.review!.preview!.imageUrls.length).toBeGreaterThan(1);
    expect(effects(sandbox, 'post.created', customer)).toHaveLength(0);
    await handle.executeUpdate(decideReview, { args: [{ decision: 'approve', reviewer: 'maria', revision: 0 }] });

    const result = await handle.result();
    expect(result).toMatchObject({
      outcome: 'scheduled',
      revision: 0,
      review: { decision: 'approve', reviewer: 'maria' },
    });
    expect(result.scheduledPosts).toHaveLength(1);
    expect(result.steps.map(({ state }: { state: string }) => state)).toEqual(Array(10).fill('done'));

    expect(effects(sandbox, 'project.created', customer)).toHaveLength(1);
    expect(effects(sandbox, 'media.created', customer)).toHaveLength(3);
    expect(effects(sandbox, 'post.created', customer)).toHaveLength(1);
    expect(requests(sandbox, 'POST', /slideshow-remix$/)).toHaveLength(1);
    expect(sandbox.ledger().some((entry) => entry.type === 'request' && entry.status === 429)).toBe(false);

    const { historySize, historyLength } = await handle.describe();
    expect(historyLength).toBeLessThanOrEqual(130);
    expect(historySize).toBeLessThanOrEqual(40_000);
    const history = historyToJSON(await handle.fetchHistory());
    expect(history).not.toContain('lp_test_suite');
  });

  it('needs at most 115 events and 9 reads with a named account, and shows what it waits for', async () => {
    const { sandbox } = stack;
    const input = acmeCoffee({ schedule: { at: nextWeek() } });
    const customer = input.project.customerExternalId;
    const socialAccountId = await connectedAccount(stack, customer);
    const handle = await stack.start({ ...input, social: { socialAccountIds: [socialAccountId] } });
    await untilStatus(handle, underReview);
    const description = await handle.describe();
    const attributes = description.typedSearchAttributes;
    expect(attributes.get(SEARCH_ATTRIBUTES.attention)).toBe('reviewer');
    expect(attributes.get(SEARCH_ATTRIBUTES.stage)).toBe('review');
    expect(attributes.get(SEARCH_ATTRIBUTES.customer)).toBe(customer);
    expect(attributes.get(SEARCH_ATTRIBUTES.waitingSince)).toBeInstanceOf(Date);
    expect(attributes.get(SEARCH_ATTRIBUTES.refs)).toHaveLength(2);
    await handle.signal(approve, { reviewer: 'x' });
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    console.log(
      (await handle.describe()).historyLength,
      (await handle.fetchHistory())
        .events!.filter((e) => e.activityTaskScheduledEventAttributes)
        .map((e) => e.activityTaskScheduledEventAttributes!.activityType!.name)
        .join(' '),
    );
    expect((await handle.describe()).historyLength).toBeLessThanOrEqual(130);
    await until(async () => effects(sandbox, 'post.created', customer).length === 1);
  });
});

/** The named account needs a project to be connected to: an earlier onboarding of the customer, cancelled since. */
async function connectedAccount(stack: Stack, customer: string): Promise<string> {
  const { url } = stack.sandbox;
  const headers = { authorization: 'Bearer lp_test_suite', 'content-type': 'application/json' };
  const post = async (path: string, body: unknown): Promise<Record<string, string>> =>
    (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json() as never;
  const project = await post('/v1/projects', {
    name: 'Acme Coffee',
    timezone: 'America/Los_Angeles',
    customerExternalId: customer,
  });
  const { authorizeUrl, state } = await post(`/v1/projects/${project.id}/social/oauth-url`, {
    platform: 'tiktok',
    returnUrl: 'http://127.0.0.1:3000/c/return',
  });
  await consent(authorizeUrl!);
  const done = (await (await fetch(`${url}/v1/social/oauth-status/${state}`, { headers })).json()) as {
    socialAccountId: string;
  };
  return done.socialAccountId;
}
