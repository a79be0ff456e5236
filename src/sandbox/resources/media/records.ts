import { badField } from '../../format/errors';
import { fingerprint } from '../../format/ids';
import { utc } from '../../format/times';
import type { Media } from '../../world/state';

const MB = 1024 * 1024;
const MIME: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  heic: 'image/heic',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

export const MEDIA_KINDS = {
  logo: { mimes: ['image/png', 'image/jpeg', 'image/webp', 'image/svg+xml'], maxBytes: 5 * MB, replaces: true },
  screenshot: { mimes: ['image/png', 'image/jpeg', 'image/webp', 'image/heic'], maxBytes: 10 * MB, replaces: false },
  'demo-video': { mimes: ['video/mp4', 'video/quicktime', 'video/webm'], maxBytes: 200 * MB, replaces: false },
  'end-card': { mimes: ['image/png', 'image/jpeg', 'image/webp'], maxBytes: 5 * MB, replaces: true },
} as const;

export const mediaRecord = ({ id, kind, url, mimeType, byteSize, createdAt }: Media): Record<string, unknown> => ({
  id,
  kind,
  url,
  mimeType,
  byteSize,
  createdAt: utc(createdAt),
});

/**
 * Nothing is fetched: type and size are read off the URL. The extension gives the type, `?size=` in bytes the size (for
 * trying the limits), `?status=404` an address that cannot be fetched.
 */
export function inspectMedium(kind: keyof typeof MEDIA_KINDS, url: string): { mimeType: string; byteSize: number } {
  const { pathname, searchParams } = new URL(url);
  const extension = /\.([a-z0-9]+)$/i.exec(pathname)?.[1]?.toLowerCase() ?? '';
  const mimeType = MIME[extension];
  const { mimes, maxBytes } = MEDIA_KINDS[kind];
  if (searchParams.has('status')) throw badField('url', `Could not be fetched: HTTP ${searchParams.get('status')}.`);
  if (!mimeType || !(mimes as readonly string[]).includes(mimeType))
    throw badField('url', `A ${kind} must be ${mimes.join(', ')}; this is ${mimeType ?? 'of unknown type'}.`);
  const size = searchParams.get('size') ?? '';
  const byteSize = /^\d{1,12}$/.test(size) ? Number(size) : 20_000 + (fingerprint(url) % MB);
  if (byteSize > maxBytes) throw badField('url', `A ${kind} must not exceed ${maxBytes / MB} MB.`);
  return { mimeType, byteSize };
}
