import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import { kindOf, shown } from './problems';
import { zoneProblem } from './zone';

/** The kinds of text that several fields share, each with a message that says what is allowed. */

/** Longer than any wait makes sense, and far from what timers can hold. */
const MAX_DURATION = '365 days';

/** Milliseconds of a duration as the `ms` package reads it; `undefined` when it is none. */
export function durationMs(text: string): number | undefined {
  if (text === '') return undefined; // ms throws on it
  const milliseconds = ms(text as StringValue) as number | undefined;
  return milliseconds === undefined || Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** A string that `problem` finds nothing wrong with; `wanted` is said of a value that is no string at all. */
export const checked = (problem: (text: string) => string | null, wanted = 'text') =>
  z.string({ error: ({ input }) => notText(input, wanted) }).superRefine((text, ctx) => {
    const message = problem(text);
    if (message !== null) ctx.addIssue({ code: 'custom', message });
  });

const notText = (input: unknown, wanted: string): string =>
  input === undefined ? `is required (${wanted})` : `must be ${wanted}, not ${kindOf(input)}`;

export const duration = (options: { zero?: boolean } = {}) =>
  checked((text) => {
    const milliseconds = durationMs(text);
    if (milliseconds === undefined)
      return `must be a duration like "90s", "45 minutes" or "7 days", not ${shown(text)}`;
    if (milliseconds < 0 || (milliseconds === 0 && !options.zero))
      return `must be longer than nothing, not ${shown(text)}`;
    if (milliseconds > ms(MAX_DURATION)) return `must be at most "${MAX_DURATION}", not ${shown(text)}`;
    return null;
  }, 'text like "90s"');

/** Bounds as Layers counts them. Blank text is refused where text is demanded. */
export function text(min: number, max: number) {
  const bounds = min === 0 ? `at most ${max}` : `${min} to ${max}`;
  const error = ({ input }: { input?: unknown }) => `must be ${bounds} characters long, is ${(input as string).length}`;
  return z
    .string()
    .min(min, { error })
    .max(max, { error })
    .refine((value) => min === 0 || value.trim() !== '' || value === '', { error: 'must not be blank' });
}

export const zone = () => checked(zoneProblem);

/** Layers names its ids `prefix_…` but takes bare ones too: opaque, as long as they fit into a path. */
export const id = (example: string) =>
  checked((value) =>
    /^[^\s/]{1,200}$/.test(value) ? null : `must be an id of Layers like "${example}", not ${shown(value)}`,
  );

export const matching = (pattern: RegExp, wanted: string) =>
  checked((value) => (pattern.test(value) ? null : `must be ${wanted}, not ${shown(value)}`));

export const language = () =>
  checked((value) => {
    try {
      return Intl.getCanonicalLocales(value).length === 1 ? null : 'must be one language';
    } catch {
      const hint = value.includes('_') ? ' (with a hyphen)' : '';
      return `must be a BCP-47 language tag like "en" or "es-MX"${hint}, not ${shown(value)}`;
    }
  });

const PRIVATE_IPV4 =
  /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))(\.\d+)+$/;

function urlProblem(value: string, { isPublic }: { isPublic: boolean }): string | null {
  // the value itself is not repeated: it may be signed
  if (value.length > 2048) return `must be at most 2048 characters long, is ${value.length}`;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return 'must be an https URL like "https://cdn.example.com/logo.png"';
  }
  if (url.protocol !== 'https:') return `must be an https URL, not ${url.protocol.slice(0, -1)}`;
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password';
  if (isPublic && isPrivateHost(url.hostname))
    return `must be a public address; Layers cannot reach ${shown(url.hostname)}`;
  return null;
}

function isPrivateHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return !/^\[[23]/.test(hostname); // IPv6: only 2000::/3 is public
  const host = hostname.replace(/\.$/, '');
  return !host.includes('.') || /\.(local|localhost|internal|lan|home\.arpa)$/.test(host) || PRIVATE_IPV4.test(host);
}

export const httpsUrl = () => checked((value) => urlProblem(value, { isPublic: false }));

/** A URL that Layers can fetch: it refuses other schemes, and addresses that only this side can see. */
export const publicUrl = () => checked((value) => urlProblem(value, { isPublic: true }));
