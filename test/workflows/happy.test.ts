import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { approve as approveSignal, status } from '../../src/contract/messages';
import type { OnboardingResult } from '../../src/contract/result';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import { consent, effects, requests, withStack } from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';
import { authorize, decide } from '../support/people';
import { untilReview, untilStep } from '../support/status';
import { accountToCome } from '../support/steering';

describe('the happy path', () => {
  const stack = withStack();

  it('the happy path takes the sample customer to a scheduled post, with a connected account and decideReview', async () => {
    const { sandbox } = stack;
    const input = acmeCoffee({ social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: nextWeek() } });
    const customer = input.project.customerExternalId;
    const handle = await stack.start(input);

    await untilStep(handle, 'social', 'waiting');
    const { platform, authorizeUrl } = await authorize(handle);
    expect(platform).toBe('tiktok');
    await consent(authorizeUrl);

    const waiting = await untilReview(handle);
    expect(waiting).toMatchObject({ stage: 'review', attention: 'reviewer', mode: 'sandbox' });
    expect(waiting.review!.preview!.imageUrls.length).toBeGreaterThan(1);
    expect(effects(sandbox, 'post.created', customer)).toHaveLength(0);
    await decide(handle);

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

  it('an onboarding with a named account needs at most 115 events and 9 reads, and shows what it waits for', async () => {
    const { sandbox } = stack;
    const input = acmeCoffee({ social: { socialAccountIds: [] }, schedule: { at: nextWeek() } });
    const customer = input.project.customerExternalId;
    const socialAccountId = await accountToCome(sandbox, customer);
    const handle = await stack.start({ ...input, social: { socialAccountIds: [socialAccountId] } });
    await untilReview(handle);
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.attention)).toEqual(['reviewer']);
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.stage)).toBe('review');
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.customer)).toBe(customer);
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.waitingSince)).toBeInstanceOf(Date);
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.refs)).toHaveLength(2);
    await handle.signal(approveSignal, { reviewer: 'x' });
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
