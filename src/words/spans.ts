import parse, { type StringValue } from 'ms';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took or takes, in its two largest units: `0.8s`, `44s`, `2m 47s`, `3h 12m`, `2d 4h`. */
export function span(ms: number, options: { tenths?: boolean } = {}): string {
  const positive = Math.max(0, ms);
  if (positive < MINUTE) {
    const seconds = positive / SECOND;
    return options.tenths && seconds < 59.95 ? `${seconds.toFixed(1)}s` : `${Math.floor(seconds)}s`;
  }
  const [large, largeUnit, small, smallUnit] =
    positive < HOUR
      ? ([MINUTE, 'm', SECOND, 's'] as const)
      : positive < DAY
        ? ([HOUR, 'h', MINUTE, 'm'] as const)
        : ([DAY, 'd', HOUR, 'h'] as const);
  const rest = Math.floor((positive % large) / small);
  return `${Math.floor(positive / large)}${largeUnit}${rest === 0 ? '' : ` ${rest}${smallUnit}`}`;
}

/** How much time is left, within a sentence: `2 days`, `5 hours`, `1 minute`, to the nearest. */
export function roughSpan(ms: number): string {
  const [size, unit] =
    ms >= 2 * DAY
      ? ([DAY, 'day'] as const)
      : ms >= 2 * HOUR
        ? ([HOUR, 'hour'] as const)
        : ([MINUTE, 'minute'] as const);
  const count = Math.round(ms / size);
  return count < 1 ? 'less than a minute' : `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** What the status calls usual, `"270s"`, as people say it: `4m 30s`. */
export function duration(typical: string): string {
  // the library takes no text longer than this
  const ms = typical.length > 100 ? undefined : (parse(typical as StringValue) as number | undefined);
  return ms === undefined ? typical : span(ms, { tenths: ms < SECOND });
}
