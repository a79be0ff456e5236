import { ApplicationFailure } from '@temporalio/common';
import type { ErrorCode } from '../contract/catalogue';
import { failureDetails } from '../contract/failures';
import { describe } from '../layers/errors';
import { kept, type StayAway } from './heartbeat';

/** What `stayAwayMs` adds to the time that Layers asked for: so much too early is early enough. */
const MARGIN_MS = 200;
/** After so many in a row the clocks are wrong, not Temporal. */
const MOST_SENT_BACK = 3;

/** What the next attempt has to know of a refusal that asked for a pause. */
export const stayAway = (code: string, ms: number): StayAway => ({ code, ms, until: Date.now() + ms, sentBack: 0 });

/**
 * A Temporal server that has died hands out again what it had handed out shortly before, also an attempt that is to come
 * only after a pause (seen on server 1.32: every call that was waiting out a `Retry-After` came at once). Such an attempt
 * is sent back for the rest of the pause.
 *
 * @returns the failure to end it with, and what to leave for the next one; `null` when it is not early
 */
export function tooEarly(now = Date.now()): { failure: ApplicationFailure; away: StayAway } | null {
  const { away } = kept();
  if (away === undefined || away.sentBack >= MOST_SENT_BACK) return null;
  const leftMs = Math.min(away.until - now, away.ms);
  if (leftMs <= MARGIN_MS) return null;
  const cause = `Layers asked not to be called for another ${Math.ceil(leftMs / 1_000)} s; Temporal had forgotten that.`;
  const details = { ...failureDetails(away.code as ErrorCode, cause), stayAwayMs: leftMs };
  const failure = ApplicationFailure.create({
    message: describe(details),
    type: details.code,
    details: [details],
    category: 'BENIGN',
    nextRetryDelay: leftMs,
  });
  return { failure, away: { ...away, until: now + leftMs, sentBack: away.sentBack + 1 } };
}
