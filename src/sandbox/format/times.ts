/** `2026-04-18T19:02:11.959Z`, as everything but project records writes time. */
export const utc = (ms: number): string => new Date(ms).toISOString();
export const utcOrNull = (ms: number | null): string | null => (ms === null ? null : utc(ms));

/** `2026-04-18T19:02:11.959888+00:00`: project records come straight from a database that counts microseconds. */
export const microseconds = (ms: number): string =>
  utc(ms).replace('Z', `${String((Math.floor(ms) * 7) % 1_000).padStart(3, '0')}+00:00`);

/** A time in a request: UTC with `Z`. Offsets and local times are `null`. */
export function parseUtc(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

export const isTimezone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // Bare offsets such as `+02:00` are accepted by newer engines, yet are no IANA names.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
};

export const isLanguageTag = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
};
