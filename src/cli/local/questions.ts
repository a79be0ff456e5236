import type { DecideReviewArgs } from '../../contract/messages';
import { clean } from '../show/text';
import { mayAskForChanges, type ReviewStatus } from '../../contract/status';

type Decision = Omit<DecideReviewArgs, 'revision'>;

const REVIEWER = 'you, in the demo';

/** A prompt takes Ctrl-C for itself: it means the same as without one, unless the question was withdrawn. */
function cancelled(signal: AbortSignal, interrupt: () => void): void {
  if (!signal.aborted) interrupt();
}

/** Whether the demo should consent for the customer; `false`: the person does it in the browser. */
export async function askAboutConsent(signal: AbortSignal, interrupt: () => void): Promise<boolean> {
  const { isCancel, select } = await import('@clack/prompts');
  const answer = await select({
    message: 'The customer has to connect TikTok, at the address above.',
    options: [
      { value: 'consent', label: 'Consent for the customer' },
      { value: 'browser', label: 'I open that page in a browser' },
    ],
    output: process.stderr,
    signal,
  });
  if (isCancel(answer)) cancelled(signal, interrupt);
  return answer === 'consent';
}

/** The reviewer's decision; `null` when it was made elsewhere, or is to be. */
export async function askForDecision(
  review: ReviewStatus,
  signal: AbortSignal,
  interrupt: () => void,
): Promise<Decision | null> {
  const { isCancel, select, text } = await import('@clack/prompts');
  const output = process.stderr;
  const slides = review.preview?.imageUrls.length ?? 0;
  const answer = await select({
    message: `Review ${review.revision + 1}: ${slides} slides, "${clean(review.caption ?? '')}". See them at the address above.`,
    options: [
      { value: 'approve', label: 'Approve' },
      ...(mayAskForChanges(review) ? [{ value: 'requestChanges', label: 'Ask for changes' }] : []),
      { value: 'reject', label: 'Reject' },
      { value: 'later', label: 'Decide on that page, or elsewhere' },
    ],
    output,
    signal,
  });
  if (isCancel(answer)) cancelled(signal, interrupt);
  if (isCancel(answer) || answer === 'later') return null;
  if (answer === 'approve') return { decision: 'approve', reviewer: REVIEWER };
  const comment = await text({
    message: 'Why?',
    validate: (value) => (value?.trim() ? undefined : 'Give a reason.'),
    output,
    signal,
  });
  if (isCancel(comment)) cancelled(signal, interrupt);
  return isCancel(comment) ? null : { decision: answer as 'reject', reviewer: REVIEWER, comment };
}
