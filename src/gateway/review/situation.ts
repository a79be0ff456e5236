import type { OnboardingView } from '../../client/view';
import type { ReviewDecision } from '../../contract/result';
import type { OnboardingStatus, ReviewStatus } from '../../contract/status';
import type { Link } from '../../links';
import { isStopping } from '../onboardings/stopping';

/** Where the round stands that a link is for. Each kind has a page of its own. */
export type Situation =
  /** The Temporal server answers, but no worker does, so nothing is known of the review. */
  | { kind: 'silent' }
  /** The round of this link is not there yet. */
  | { kind: 'coming'; status: OnboardingStatus }
  | { kind: 'open'; status: OnboardingStatus; review: ReviewStatus }
  /** `review` is missing where no worker could rebuild a finished onboarding. */
  | { kind: 'decided'; status: OnboardingStatus; review: ReviewStatus | null; decision: ReviewDecision }
  /** The link is for an earlier round; `review` is the current one. */
  | { kind: 'replaced'; status: OnboardingStatus; review: ReviewStatus; decision: ReviewDecision | null }
  /** The onboarding was cancelled or stopped, is cleaning up after that, or has finished without a review. */
  | { kind: 'ended'; review: ReviewStatus | null; decision: ReviewDecision | null };

/** Where the round of a link stands. A link without a round is about the latest one. */
export function situationOf({ revision }: Pick<Link, 'revision'>, view: OnboardingView): Situation {
  const { execution, status, result } = view;
  const review = status?.review ?? null;
  const round = revision ?? review?.revision ?? result?.revision;
  const decision = decisionOf(view, round);
  if (execution !== 'running' && execution !== 'completed') return { kind: 'ended', review, decision };
  if (status === null) return { kind: 'silent' };
  if (isStopping(status)) return { kind: 'ended', review, decision };
  if (review !== null && round !== undefined && round < review.revision)
    return { kind: 'replaced', status, review, decision };
  const shown = review?.revision === round ? review : null;
  if (decision !== null) return { kind: 'decided', status, review: shown, decision };
  if (execution === 'completed') return { kind: 'ended', review: shown, decision: null };
  return shown === null ? { kind: 'coming', status } : { kind: 'open', status, review: shown };
}

/** Who decided a round, from the status or, once finished, from the result. */
function decisionOf(
  { status, result }: Pick<OnboardingView, 'status' | 'result'>,
  revision: number | undefined,
): ReviewDecision | null {
  const { decision, earlier = [] } = status?.review ?? {};
  const last = result?.review ?? null;
  const all = [
    ...earlier,
    ...(decision === undefined ? [] : [decision]),
    ...(last === null ? [] : [...last.earlier, { ...last, revision: result!.revision }]),
  ];
  return all.find((made) => made.revision === revision) ?? null;
}
