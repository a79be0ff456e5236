import { MIN_LEAD_MS } from '../contract/limits';
import { readLocal, written, type Moment } from '../zones';
import { shown } from './problems';

const TIME =
  /^(?<clock>\d{4}-\d\d-\d\dT\d\d:\d\d(:[0-5]\d)?)(?<fraction>\.\d{1,9})?(?<offset>Z|(?<sign>[+-])(?<hours>\d\d)(:?(?<minutes>\d\d))?)?$/i;

/** A year with other digits than those of a calendar is a slip, and zone data ends somewhere. */
const LATEST_MS = Date.UTC(2200, 0);

export type Resolved = { at: string } | { problem: string };

/**
 * The moment `at` means, as UTC `YYYY-MM-DDTHH:MM:SSZ`. Local times are read in `timezone`, and refused where the clocks
 * change: one that does not exist or exists twice would be a guess.
 */
export function resolveTime(
  at: string,
  timezone: string,
  now: number,
  options: { pastAllowed?: boolean } = {},
): Resolved {
  const parts = TIME.exec(at)?.groups;
  if (parts === undefined || (parts.fraction !== undefined && !/:\d\d:/.test(parts.clock!)))
    return {
      problem: `must be a time like "2026-12-01T09:00" (in ${timezone}) or "2026-12-01T09:00:00Z", not ${shown(at)}`,
    };

  const clock = clockOf(parts.clock!);
  const offset = offsetOf(parts);
  if (clock === null || offset === null) return { problem: `there is no such time: ${shown(at)}` };
  const moment = offset === undefined ? fromLocal(at, clock, timezone) : clock - offset;
  if (typeof moment === 'string') return { problem: moment };

  const utc = `${new Date(moment).toISOString().slice(0, 19)}Z`;
  if (moment > LATEST_MS || !/^\d{4}-/.test(utc)) return { problem: `must be a time of this era, not ${shown(at)}` };
  if (!options.pastAllowed && moment < now + MIN_LEAD_MS) {
    const what = moment < now ? 'has passed' : 'is less than 5 minutes ahead';
    return { problem: `${shown(at)} (${utc}) ${what}: it is ${new Date(now).toISOString()}; give a later time` };
  }
  return { at: utc };
}

/** Figures as milliseconds, as if they were UTC; `null` where a calendar or a clock does not have them. */
function clockOf(figures: string): number | null {
  const full = figures.length === 16 ? `${figures}:00` : figures;
  const ms = Date.parse(`${full}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(full.toUpperCase()) ? ms : null;
}

/** Milliseconds ahead of UTC; `undefined`: a local time; `null`: no clock is so far off. */
function offsetOf({
  offset,
  sign,
  hours,
  minutes = '0',
}: Record<string, string | undefined>): number | null | undefined {
  if (offset === undefined) return undefined;
  if (sign === undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function fromLocal(at: string, clock: number, timezone: string): number | string {
  const reading = readLocal(clock, timezone);
  if (reading.exists === 'once') return reading.moment.at;

  const { earlier, later, change } = reading;
  const [before, after] = [change.before, change.after].map((shownThen) => timeOnly(shownThen, at));
  const choices = `write ${suggested(earlier)} or ${suggested(later)}`;
  return reading.exists === 'twice'
    ? `${shown(at)} exists twice in ${timezone}, where the clocks go back from ${before} to ${after}: ${choices}`
    : `${shown(at)} does not exist in ${timezone}, where the clocks go forward from ${before} to ${after}: ${choices}`;
}

/** The time of day, with the date where it is not the one asked about. */
const timeOnly = (clocks: string, at: string): string =>
  clocks.startsWith(at.slice(0, 10)) ? clocks.slice(11) : clocks;

function suggested(moment: Moment): string {
  const seconds = moment.at % 60_000 === 0 ? '' : ':ss';
  return `"${written(moment, `YYYY-MM-DDTHH:mm${seconds}Z`)}"`;
}
