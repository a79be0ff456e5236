import { Temporal } from 'temporal-polyfill'; // dates and zones, not Temporal the workflow engine; used nowhere else
import { MIN_LEAD_MS } from '../contract/limits';
import { shown } from './problems';

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:[0-5]\d(\.\d{1,9})?)?$/;
const OFFSET = /(Z|[+-]\d\d(:?\d\d)?)$/i;

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
  const offset = OFFSET.exec(at);
  if (!LOCAL.test(offset === null ? at : at.slice(0, offset.index)))
    return {
      problem: `must be a time like "2026-12-01T09:00" (in ${timezone}) or "2026-12-01T09:00:00Z", not ${shown(at)}`,
    };

  const instant = offset === null ? fromLocal(at, timezone) : fromOffset(at);
  if (typeof instant === 'string') return { problem: instant };

  const utc = instant.toString({ smallestUnit: 'second' });
  if (!/^\d{4}-/.test(utc)) return { problem: `must be a time of this era, not ${shown(at)}` };
  if (!options.pastAllowed && instant.epochMilliseconds < now + MIN_LEAD_MS) {
    const what = instant.epochMilliseconds < now ? 'has passed' : 'is less than 5 minutes ahead';
    return { problem: `${shown(at)} (${utc}) ${what}: it is ${new Date(now).toISOString()}; give a later time` };
  }
  return { at: utc };
}

function fromOffset(at: string): Temporal.Instant | string {
  try {
    return Temporal.Instant.from(at);
  } catch {
    return `there is no such time: ${shown(at)}`;
  }
}

function fromLocal(at: string, timezone: string): Temporal.Instant | string {
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from(at, { overflow: 'reject' });
  } catch {
    return `there is no such time: ${shown(at)}`;
  }
  const earlier = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(timezone, { disambiguation: 'later' });
  if (earlier.equals(later)) return earlier.toInstant();

  // `earlier` lies before the change and `later` behind it (or on it), whichever way the clocks go
  const change = earlier.getTimeZoneTransition('next') ?? later;
  const before = clock(change.toInstant().toZonedDateTimeISO(earlier.offset), local);
  const after = clock(change.toInstant().toZonedDateTimeISO(later.offset), local);
  const choices = `write ${written(earlier)} or ${written(later)}`;
  return earlier.toPlainDateTime().equals(local)
    ? `${shown(at)} exists twice in ${timezone}, where the clocks go back from ${before} to ${after}: ${choices}`
    : `${shown(at)} does not exist in ${timezone}, where the clocks go forward from ${before} to ${after}: ${choices}`;
}

/** What the clocks show: the time of day, with the date where it is not the one asked about. */
function clock(shownBy: Temporal.ZonedDateTime, asked: Temporal.PlainDateTime): string {
  const wall = shownBy.toPlainDateTime();
  const time = wall.toPlainTime().toString({ smallestUnit: 'minute' });
  return wall.toPlainDate().equals(asked.toPlainDate()) ? time : `${wall.toPlainDate().toString()} ${time}`;
}

const written = (time: Temporal.ZonedDateTime): string =>
  `"${time.toString({ timeZoneName: 'never', smallestUnit: time.second === 0 ? 'minute' : 'second' })}"`;
