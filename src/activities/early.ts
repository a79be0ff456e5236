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
 * Which reads Layers asked not to be repeated yet, as far as this process knows: a wait that a webhook cuts short goes on
 * with a read of its own, which has no attempt before it that could tell.
 */
export class Pauses {
  private readonly known = new Map<string, StayAway>();

  of(call: string): StayAway | undefined {
    return this.known.get(call);
  }

  add(call: string, away: StayAway): void {
    for (const [other, { until }] of this.known) if (until <= Date.now()) this.known.delete(other);
    this.known.set(call, away);
  }
}

/**
 * A Temporal server that has died hands out again what it had handed out shortly before, also an attempt that is to come
 * only after a pause (seen on server 1.32: every call that was waiting out a `Retry-After` came at once). Such an attempt
 * is sent back for the rest of the pause, and so is a new read within the pause of the same one before it.
 *
 * @returns the failure to end it with, and what to leave for the next one; `null` when it is not early
 */
export function tooEarly(before?: StayAway, now = Date.now()): { failure: ApplicationFailure; away: StayAway } | null {
  const { away = before } = kept();
  if (away === undefined || away.sentBack >= MOST_SENT_BACK) return null;
  const leftMs = Math.min(away.until - now, away.ms);
  if (leftMs <= MARGIN_MS) return null;
  const cause = `Layers asked not to be called for another ${Math.ceil(leftMs / 1_000)} s.`;
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
