import moment from 'moment-timezone';
import { periodsOf } from './data';

/** A moment, and the offset at which a zone's clocks stood then. */
export interface Moment {
  /** Epoch milliseconds. */
  at: number;
  /** Minutes that the zone's clocks are ahead of UTC. */
  offset: number;
}

/**
 * What a local time means: one moment, or, where the clocks change, none or two. Then `earlier` lies before the change and
 * `later` behind it; of a time that does not exist they are as far from the change as the time is within the gap.
 */
export type Reading =
  | { exists: 'once'; moment: Moment }
  | { exists: 'twice' | 'never'; earlier: Moment; later: Moment; change: { before: string; after: string } };

/** Farther than any change of clocks: Samoa once left out a day. */
const WINDOW_MS = 48 * 3_600_000;

/**
 * Reads a local time in a zone.
 * @param clock what the clocks show, as epoch milliseconds of the same figures in UTC
 */
export function readLocal(clock: number, zone: string): Reading {
  const { untils, offsets } = periodsOf(zone);
  const first = untils.findIndex((until) => until > clock - WINDOW_MS);
  const beyond = untils.findIndex((until) => until > clock + WINDOW_MS);
  const near = offsets.slice(first, beyond + 1).map((behind, index) => {
    const from = untils[first + index - 1] ?? -Infinity;
    const until = untils[first + index] ?? Infinity;
    return { from, until, offset: -behind, at: clock + ms(behind) };
  });

  const [earlier, later] = near.filter(({ from, until, at }) => from <= at && at < until);
  if (earlier !== undefined && later !== undefined)
    return { exists: 'twice', earlier, later, change: clocksAt(earlier.until, earlier, later) };
  if (earlier !== undefined) return { exists: 'once', moment: earlier };

  const index = near.findIndex((before, i) => before.at >= before.until && near[i + 1]!.at < before.until);
  const [before, after] = [near[index]!, near[index + 1]!];
  return {
    exists: 'never',
    earlier: { at: after.at, offset: before.offset },
    later: { at: before.at, offset: after.offset },
    change: clocksAt(before.until, before, after),
  };
}

const ms = (minutes: number): number => Math.round(minutes * 60_000);

const clocksAt = (change: number, before: Moment, after: Moment): { before: string; after: string } => ({
  before: written({ at: change, offset: before.offset }, 'YYYY-MM-DD HH:mm'),
  after: written({ at: change, offset: after.offset }, 'YYYY-MM-DD HH:mm'),
});

/** A moment as the clocks show it at its offset, by a pattern of `moment`. */
export const written = ({ at, offset }: Moment, pattern: string): string =>
  moment(at).utcOffset(offset).format(pattern);
