import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { approve, authorizeSocial, decideReview, status } from '../../src/contract/messages';
import type { OnboardingResult } from '../../src/contract/result';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { Sandbox } from '../../src/sandbox';
import { consent, effects, requests, underReview, untilStatus, withStack } from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';

describe('the happy path', () => {
  const stack = withStack();

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
    expect(historyLength).toBeLessThanOrEqual(135);
    expect(historySize).toBeLessThanOrEqual(40_000);
    const history = historyToJSON(await handle.fetchHistory());
    expect(history).not.toContain('lp_test_suite');
  });

  it('needs at most 115 events and 9 reads with a named account, and shows what it waits for', async () => {
    const { sandbox } = stack;
    const input = acmeCoffee({ social: { socialAccountIds: [] }, schedule: { at: nextWeek() } });
    const customer = input.project.customerExternalId;
    const socialAccountId = await accountOf(sandbox, customer);
    const handle = await stack.start({ ...input, social: { socialAccountIds: [socialAccountId] } });
    await untilStatus(handle, underReview);
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.attention)).toBe('reviewer');
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.stage)).toBe('review');
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.customer)).toBe(customer);
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.waitingSince)).toBeInstanceOf(Date);
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.refs)).toHaveLength(2);
    await handle.signal(approve, { reviewer: 'x' });
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled', scheduledPosts: [{ socialAccountId }] });

    const { historyLength, historySize } = await handle.describe();
    expect(historyLength).toBeLessThanOrEqual(115);
    expect(historySize).toBeLessThanOrEqual(40_000);
    const { projectId } = (await handle.result()) as OnboardingResult;
    const { jobId, containerId } = (await handle.query(status)).ids;
    const reads = requests(sandbox, 'GET', /^\/v1\//).filter(({ path, query }) =>
      [projectId, jobId, containerId, customer].some((id) => `${path}?${query}`.includes(id!)),
    );
    expect(reads.map(({ path }) => path).length).toBeLessThanOrEqual(9);
  });
});

/** An account that is connected as soon as the customer has a project, as one that Layers leases is. */
async function accountOf(sandbox: Sandbox, customerExternalId: string): Promise<string> {
  const response = await fetch(`${sandbox.url}/_sandbox/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customerExternalId }),
  });
  return ((await response.json()) as { id: string }).id;
}
