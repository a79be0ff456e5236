import * as fc from 'fast-check';
import { garbage, hostileText, jsonOf, nearly } from './values';

/** Which link a request comes with: right, of another scope, and what mail programs and people make of it. */
export interface Visit {
  page: 'r' | 'c' | 'c/return' | 'nowhere';
  scope: 'view' | 'decide' | 'choose' | 'connect';
  of: 'waiting' | 'unknown';
  revision: number;
  tail: string;
  /** Characters of the token that are left out at its end. */
  cut: number;
  method: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'OPTIONS';
  query: string;
  headers: Record<string, string>;
  body: Body;
}
export type Body =
  | { as: 'none' }
  /** With the hidden fields of the page before it, where `sealed`. */
  | { as: 'form'; sealed: boolean; fields: [string, string][] }
  | { as: 'raw'; type: string; text: string };

const FIELDS = [
  'decision',
  'reviewer',
  'comment',
  'at',
  'scheduleAt',
  'time',
  'source',
  'keyword',
  'slide-1',
  'form',
  'platform',
  'tiktokVideoId',
  'by',
  'do',
];
const fieldValue = fc.oneof(
  fc.constantFrom(
    'approve',
    'reject',
    'changes',
    'requestChanges',
    'Maria',
    '2030-12-01T09:00',
    'tiktok',
    '7301234567890123456',
  ),
  hostileText,
);

const body: fc.Arbitrary<Body> = fc.oneof(
  fc.constant<Body>({ as: 'none' }),
  fc.record({
    as: fc.constant('form' as const),
    sealed: fc.boolean(),
    fields: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), hostileText), fieldValue), { maxLength: 6 }),
  }),
  fc.record({
    as: fc.constant('raw' as const),
    type: fc.constantFrom(
      ...[
        'multipart/form-data',
        'multipart/form-data; boundary=',
        'multipart/form-data; boundary=x',
        'application/json',
      ],
      ...['application/x-www-form-urlencoded', 'text/plain', 'application/x-www-form-urlencoded; charset=utf-16', ''],
    ),
    text: fc.oneof(
      fc.constantFrom(
        '',
        '--x\r\nContent-Disposition: form-data; name="a"',
        '--x--',
        '--x\r\n\r\n',
        '%',
        '%ff=%ff',
        '__proto__=1',
        'a'.repeat(200_000),
      ),
      garbage.map(jsonOf),
    ),
  }),
);

const printable = hostileText.map((text) => text.replace(/[^\x20-\x7e]/g, '~').trim());
const headers: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.dictionary(
      fc.constantFrom(
        'origin',
        'sec-fetch-site',
        'cookie',
        'accept-language',
        'x-forwarded-host',
        'accept',
        'referer',
        'user-agent',
      ),
      fc.oneof(fc.constantFrom('cross-site', 'null', 'https://evil.example', 'connect=x.y', '*/*;q=x'), printable),
      { maxKeys: 2, noNullPrototype: true },
    ),
  },
);

export const visit: fc.Arbitrary<Visit> = fc.record({
  page: fc.constantFrom('r', 'r', 'c', 'c/return', 'nowhere'),
  scope: fc.constantFrom('view', 'decide', 'choose', 'connect'),
  of: fc.constantFrom('waiting', 'waiting', 'waiting', 'unknown'),
  revision: fc.constantFrom(0, 0, 1, -1),
  tail: fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    fc.constantFrom('/', '.', ',', ')', '>', '%20', '%00', '%', '/x', '"'),
  ),
  cut: fc.constantFrom(0, 0, 0, 1, 20),
  method: fc.constantFrom('GET', 'POST', 'POST', 'HEAD', 'PUT', 'OPTIONS'),
  query: fc.oneof(
    fc.constantFrom('', '?do=approve', '?do=changes', '?do=time', '?do=__proto__', '?do=approve&do=reject', '?%ff'),
    printable.map((text) => `?${encodeURIComponent(text)}`),
  ),
  headers,
  body,
});

/** A webhook of Layers, or of somebody who would like to be taken for it. */
export interface Hook {
  signed: 'right' | 'wrong' | 'stale' | 'absent' | 'garbage';
  text: string;
  headers: Record<string, string>;
}

const event = nearly({
  id: fc.oneof(fc.constantFrom('evt_01HX', 'a"b', "a'b", 'a\\b', '\u0000'), hostileText),
  type: fc.oneof(
    fc.constantFrom('job.completed', 'content.generated', 'social_account.connected', 'test.ping'),
    hostileText,
  ),
  data: nearly({
    ...{
      jobId: hostileText,
      id: hostileText,
      containerId: hostileText,
      projectId: hostileText,
      scheduledPostId: hostileText,
    },
    ...{ socialAccountId: hostileText, platform: fc.constantFrom('tiktok', 'instagram'), organizationId: hostileText },
  }),
});

export const hook: fc.Arbitrary<Hook> = fc.record({
  signed: fc.constantFrom('right', 'right', 'right', 'wrong', 'stale', 'absent', 'garbage'),
  text: fc.oneof(
    { weight: 6, arbitrary: event.map(jsonOf) },
    { weight: 1, arbitrary: fc.constantFrom('', '{', '\ufeff{}', 'null', '[]') },
  ),
  headers,
});
