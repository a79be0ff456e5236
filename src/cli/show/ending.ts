import type { OnboardingView } from '../../client/view';
import { INVALID_INPUT } from '../../contract/failures';
import type { OnboardingResult } from '../../contract/result';
import { harmless } from '../../contract/text';
import { decisionText, momentWithUtc } from '../../words';
import { commandsFor, type Links } from './commands';
import { entry, whichBlocked, type Setting } from './panels';
import { clean } from './text';
import { timezoneOf } from './times';

/** How it ended, in a few lines; nothing while it runs. */
export function endingOf(view: OnboardingView, setting: Setting): string[] {
  const { result, failure, execution } = view;
  const { paint } = setting;
  if (result !== null) return ['', ...resultLines(result, view, setting)];
  if (execution === 'running') return [];
  const headline = {
    completed: '',
    failed: 'Failed',
    cancelled: 'Cancelled',
    terminated: 'Terminated',
    timedOut: 'Timed out',
  }[execution];
  const reasons = execution === 'failed' ? (failure?.message ?? '').split('\n').map(clean).filter(Boolean) : [];
  const title = failure?.type === INVALID_INPUT ? 'Failed: the input is not valid' : headline;
  return ['', paint('red', ` ✖ ${title}`), ...reasons.flatMap((reason) => entry('', reason, setting))];
}

function resultLines(result: OnboardingResult, view: OnboardingView, setting: Setting): string[] {
  const { outcome, review, scheduledPosts, containerId } = result;
  const { paint, now } = setting;
  const zone = timezoneOf(view);
  const decided =
    review === null
      ? []
      : entry(
          'decision',
          [
            clean(decisionText(review)),
            momentWithUtc(review.at, zone, now),
            review.comment === null ? '' : `"${clean(review.comment)}"`,
          ]
            .filter(Boolean)
            .join(' · '),
          setting,
        );
  const content = containerId === null ? [] : entry('content', clean(containerId), setting);
  switch (outcome) {
    case 'scheduled':
      return [
        paint('green', ' ✔ Scheduled'),
        ...scheduledPosts.flatMap(({ scheduledPostId, socialAccountId, mode, scheduledFor }) =>
          entry(
            'post',
            clean(`${momentWithUtc(scheduledFor, zone, now)} · ${mode} · ${socialAccountId} · ${scheduledPostId}`),
            setting,
          ),
        ),
        ...decided,
      ];
    case 'ready':
      return [paint('green', ' ✔ Ready: approved, nothing is scheduled'), ...content, ...decided];
    case 'rejected':
      return [paint('yellow', ' ✖ Rejected: nothing is posted'), ...decided];
    case 'expired':
      return [paint('yellow', ' ✖ Expired: nobody decided in time, nothing is posted'), ...content];
  }
}

/** The last line: what to do next, as a command that can be copied; empty where the server stops with the end. */
export function nextLine(view: OnboardingView, links: Links = {}, live = false): string {
  const { execution, result, failure, status, server, noStatus, noStatusFix } = view;
  const program = links.program ?? 'layers-onboarding';
  const commands = commandsFor(view, links);
  if (links.stopsToo === true && execution !== 'running') return '';
  if (result !== null) {
    if (result.outcome === 'scheduled' || result.outcome === 'ready')
      return `Done. The result as JSON: ${commands('status', ['--json'])}`;
    return `To try again: ${program} start FILE --again`;
  }
  if (execution !== 'running')
    return failure?.type === INVALID_INPUT
      ? `Correct the input, then: ${program} start FILE`
      : `To start anew: ${program} start FILE`;
  if (live) return 'Ctrl-C detaches; the onboarding keeps running.';
  if (noStatus !== null && noStatusFix !== null) return `Next: ${harmless(noStatusFix)}, then ${commands('watch')}`;
  if (noStatus !== null) return `Next: try again in a moment: ${commands('status')}`;
  switch (status?.attention ?? server.attention) {
    case 'operator': {
      const [first] = status?.blocked ?? [];
      if (first === undefined) return `Next: undo by hand what could not be cleaned up.`;
      return `Next: mend the cause, then ${commands('retry', whichBlocked(first, status?.blocked ?? []))}`;
    }
    case 'reviewer':
      return status?.choices
        ? `Next: ${commands('choose', [], [status.choices[0]?.tiktokVideoId ?? 'ID'])}`
        : `Next: ${commands('approve')}`;
    case 'customer':
      return `Next: the customer connects an account. Follow it: ${commands('watch')}`;
    default:
      return `Next: nothing to do. Follow it: ${commands('watch')}`;
  }
}
