import type { OnboardingInput } from '../../src/contract/input';
import { withStack } from '../support/environment';
import { nextWeek } from '../support/inputs';
import { askForChanges } from '../support/people';
import { failureOf, statusOf, untilReview } from '../support/status';
import { OTHER_SOURCE, quickest } from '../support/steering';

/** A post to as many accounts as there may be, each with texts of its own. */
function long(text: string, length: number): OnboardingInput {
  const targets = Array.from({ length: 50 }, (_, index) => ({
    socialAccountId: `sa_${index}`,
    mode: 'publish' as const,
    captionOverride: text.repeat(length),
    firstCommentOverride: text.repeat(length),
  }));
  return quickest({ schedule: { at: nextWeek(), targets } });
}

describe('the largest input', () => {
  const stack = withStack();

  it.concurrent('can be changed by a reviewer, and only what has changed goes into the history', async () => {
    const input = long('x', 4_000);
    const handle = await stack.start(input);
    await untilReview(handle);
    const { historyLength } = await handle.describe();
    await askForChanges(handle, 0, {
      source: { tiktokVideoId: OTHER_SOURCE },
      influencer: { create: { gender: 'male' } },
    });
    const { review } = await untilReview(handle, 1);
    expect(review).toMatchObject({ source: { tiktokVideoId: OTHER_SOURCE }, scheduledFor: expect.any(String) });
    expect(review!.targets).toHaveLength(50);
    const { events } = await handle.fetchHistory();
    const sizes = events!.slice(historyLength).map((event) => JSON.stringify(event).length);
    expect(Math.max(...sizes)).toBeLessThan(20_000);
    expect(events!.filter((event) => event.workflowTaskFailedEventAttributes != null)).toEqual([]);
    await handle.cancel();
  });

  it.concurrent('is refused where it is longer than Temporal could carry on', async () => {
    const handle = await stack.start(long('\u6587', 4_000));
    expect(await failureOf(handle.result())).toMatchObject({ type: 'InvalidInput' });
    expect((await statusOf(handle)).steps[0]).toMatchObject({ state: 'failed' });
  });
});
