/** `2026-04-18T19:02:11.959Z`, as everything but project records writes time. */
export const utc = (ms: number): string => new Date(ms).toISOString();
export const utcOrNull = (ms: number | null): string | null => (ms === null ? null : utc(ms));

/** `2026-04-18T19:02:11.959888+00:00`: project records come straight from a database that counts microseconds. */
export const microseconds = (ms: number): string =>
  utc(ms).replace('Z', `${String((Math.floor(ms) * 7) % 1_000).padStart(3, '0')}+00:00`);

/**
 * A time in a request: UTC with `Z`. Offsets and local times are `null`, and so is what the engine would mend: 30 February,
 * 24:00, a leap second.
 */
export function parseUtc(text: string): number | null {
  const written = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(\.\d{1,9})?Z$/.exec(text);
  if (!written || (written[3] && !written[2])) return null;
  const ms = Date.parse(text);
  const toTheSecond = `${written[1]}${written[2] ?? ':00'}`;
  return !Number.isNaN(ms) && utc(ms).startsWith(toTheSecond) ? ms : null;
}

export const isLanguageTag = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
};
