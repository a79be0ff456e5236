import { quickest } from '../inputs';
import type { Life } from '../life';

/** What Layers refuses from the first upload on: uploads alone, or whatever the key asks for. */
export type Refuses = 'uploads' | 'everything';

const MEDIA = 100;
const UPLOADS = { method: 'POST', path: '/app-media$' };
const REFUSED = { kind: 'answer', status: 401, code: 'UNAUTHENTICATED', store: 'none' };
const RULE = {
  uploads: { id: 'refused', match: UPLOADS, action: REFUSED },
  everything: { match: UPLOADS, times: 1, action: { kind: 'key', revoked: true } },
};

interface Seen {
  outcome: string;
  /** How many media were shown as blocked, at the end of each week. */
  blockedMedia: number[];
  /** While all of it was blocked. */
  tried: { requests: number; uploads: number };
  /** Media that Layers has in the end, those that came twice included. */
  uploaded: number;
}

/** A hundred media are to be uploaded, the key is revoked, and nobody minds for so many days. */
export async function revokedKey(life: Life, days: number, refuses: Refuses): Promise<Seen> {
  await life.support('POST', '/faults', RULE[refuses]);
  const appMedia = Array.from({ length: MEDIA }, (_, index) => ({
    kind: 'screenshot' as const,
    url: `https://cdn.acmecoffee.com/${index}.png`,
  }));
  await life.start(quickest({ appMedia }));
  await life.until(({ blocked }) => blocked.filter(({ item }) => item !== undefined).length === MEDIA);
  const uploads = (): number => life.requests('POST', /app-media$/);
  const before = { requests: life.requestsInAll, uploads: uploads() };
  const blockedMedia: number[] = [];
  await life.liveThrough(days, ({ blocked }) => {
    blockedMedia.push(blocked.filter(({ step, code }) => step === 'media' && code === 'UNAUTHENTICATED').length);
  });
  const tried = { requests: life.requestsInAll - before.requests, uploads: uploads() - before.uploads };
  if (refuses === 'uploads') await life.support('DELETE', '/faults/refused');
  else await life.support('POST', '/keys', { key: life.apiKey, revoked: false });
  await life.approve();
  const { outcome } = await life.handle.result();
  return { outcome, blockedMedia, tried, uploaded: life.effects('media.created') };
}
