import type { ReviewDecision } from '../../../src/contract/result';
import type { ReviewStatus } from '../../../src/contract/status';
import { get, hiddenFields, post, tokenOf, type Opened, type Seen } from './browserless';
import { REVIEW, statusOf, type FakeTemporal } from './fakeTemporal';

/** A decision of Maria's about the first round. */
export const approved = (more: Partial<ReviewDecision> = {}): ReviewDecision => ({
  revision: 0,
  decision: 'approve',
  reviewer: 'Maria',
  at: '2026-05-12T14:20:00.000Z',
  comment: null,
  ...more,
});

/** The page of a link, by default one to decide the first round. */
export const page = (opened: Opened, token = tokenOf(), query = ''): Promise<Seen> =>
  get(opened, `/r/${token}${query}`);

export const withReview = (temporal: FakeTemporal, more: Partial<ReviewStatus>): void =>
  temporal.change(statusOf({ review: { ...REVIEW, ...more } }));

/** Opens the form of a decision and posts it, filled in. */
export async function answer(
  opened: Opened,
  decision: 'approve' | 'reject' | 'changes',
  fields: Record<string, string> = {},
  token = tokenOf(),
): Promise<Seen> {
  const form = await page(opened, token, `?do=${decision}`);
  return post(opened, `/r/${token}`, { ...hiddenFields(form), reviewer: 'Maria', ...fields });
}
