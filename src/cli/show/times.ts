import type { OnboardingView } from '../../client/view';
import { momentWithUtc } from '../../words';

/** The customer's zone: of the post where it is known, else of the project. */
export const timezoneOf = ({ status, server }: OnboardingView): string =>
  status?.review?.timezone ?? server.customer?.timezone ?? 'UTC';

/** A text in which every UTC timestamp reads as a moment in the customer's zone. */
export const withLocalTimes = (text: string, timeZone: string, now: number): string =>
  text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g, (iso) => momentWithUtc(iso, timeZone, now));

/** `14:02:11Z` */
export const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`;
