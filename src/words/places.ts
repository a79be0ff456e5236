/** `America/Los_Angeles` as people say it. */
export const place = (timeZone: string): string => timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/** A zone that has no place: its time is UTC, and says so. */
export const isUtc = (timeZone: string): boolean => ['UTC', 'Etc/UTC', 'GMT'].includes(timeZone);
