import type { OnboardingView } from '../client/view';

/** What a caller's script can rely on (DESIGN 4). */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  blocked: 4,
  notScheduled: 6,
  unavailable: 75,
  misconfigured: 78,
  detached: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The code of an onboarding that has ended, or of what it waits for; `ok` while it is on its way. */
export function exitCodeOf({ execution, result, status, server, noStatus }: OnboardingView): ExitCode {
  if (result !== null)
    return result.outcome === 'rejected' || result.outcome === 'expired' ? EXIT.notScheduled : EXIT.ok;
  if (execution !== 'running') return EXIT.failed;
  if (noStatus !== null) return EXIT.unavailable;
  switch (status?.attention ?? server.attention) {
    case 'operator':
      return EXIT.blocked;
    case 'reviewer':
    case 'customer':
      return EXIT.waiting;
    default:
      return EXIT.ok;
  }
}
