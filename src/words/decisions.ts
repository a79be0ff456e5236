import type { ReviewDecision } from '../contract/result';

type Decided = Pick<ReviewDecision, 'decision' | 'reviewer'>;

const DECIDED = {
  approve: 'approved',
  reject: 'rejected',
  requestChanges: 'changes asked for',
} as const;

/** A decision within a sentence: `approved by Maria`. */
export const decisionText = ({ decision, reviewer }: Decided): string =>
  decision === 'expired' ? 'nobody decided in time' : `${DECIDED[decision]} by ${reviewer}`;

/** The same as a title: `Approved by Maria`. */
export function decisionTitle(decision: Decided): string {
  const text = decisionText(decision);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
