import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Form } from '../faults/rules';
import { utc } from '../format/times';
import type { Answer } from './answers';

const ID = /^(prj|org|inf|cnt|ast|med|sa|sp|key)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}(Z|\+00:00)$/;

const COMPRESS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** What goes over the wire. */
export const bytesOf = ({ body, coding }: Answer): Buffer => (coding ? COMPRESS[coding](body) : Buffer.from(body));

/** The same answer in the form that the rules ask for. `accepted` is the request's `Accept-Encoding`. */
export function inForm(answer: Answer, forms: Form[], accepted: string | null, now: number): Answer {
  return forms.reduce((made, form) => {
    const status = form.status !== undefined && made.status < 300 ? form.status : made.status;
    const body = typeof made.body === 'string' ? written(made.body, form) : made.body;
    return coded({ ...made, status, body, ...dated(made, form, now) }, form, accepted);
  }, answer);
}

function dated(made: Answer, { dateShift, createdAtShift }: Form, now: number): Partial<Answer> {
  if (dateShift === null) return { dateless: true };
  const shift = dateShift ?? createdAtShift;
  if (shift === undefined) return {};
  return { headers: { ...made.headers, Date: new Date(now + shift * 1_000).toUTCString() } };
}

function coded(made: Answer, { coding }: Form, accepted: string | null): Answer {
  if (coding === undefined || made.body.length === 0 || !accepts(accepted, coding)) return made;
  const headers = { ...made.headers, 'Content-Encoding': coding, Vary: 'Accept-Encoding' };
  return { ...made, coding, headers };
}

/** RFC 9110, 12.5.3: no header allows every coding, an empty one none. */
function accepts(header: string | null, coding: string): boolean {
  if (header === null) return true;
  const weights = new Map(
    header.split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return [name, weight === undefined ? 1 : Number(weight.slice(2))] as const;
    }),
  );
  return (weights.get(coding) ?? weights.get('*') ?? 0) > 0;
}

/** What is no JSON stays as it is. */
function written(body: string, form: Form): string {
  try {
    return JSON.stringify(rewritten(JSON.parse(body), form, null));
  } catch {
    return body;
  }
}

function rewritten(value: unknown, form: Form, field: string | null): unknown {
  if (typeof value === 'string') return TIME.test(value) ? time(value, form, field) : id(value, form);
  if (Array.isArray(value)) return value.map((inner) => rewritten(inner, form, field));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    // What a partner has put there comes back as it is.
    if (name === 'metadata') return [[name, inner]];
    if (Array.isArray(inner) && inner.length === 0 && form.emptyLists !== undefined)
      return form.emptyLists === 'null' ? [[name, null]] : [];
    if (name === 'nextCursor' && inner === null && form.lastCursor !== undefined)
      return form.lastCursor === 'empty' ? [[name, '']] : [];
    return [[name, rewritten(inner, form, name)]];
  });
  const more = form.extraFields ? [['beta_field', { since: '2027', tags: ['new'] }] as const] : [];
  return Object.fromEntries([...entries, ...more]);
}

function id(text: string, { ids }: Form): string {
  const [, prefix, uuid] = ID.exec(text) ?? [];
  if (ids === undefined || uuid === undefined) return text;
  const digits = ids === 'bare' ? uuid : uuid.toUpperCase();
  return ids === 'upper' ? `${prefix}_${digits}` : digits;
}

const TWO_HOURS_MS = 7_200_000;

function time(text: string, { times, createdAtShift = 0 }: Form, field: string | null): string {
  const ms = Date.parse(text) + (field === 'createdAt' ? createdAtShift * 1_000 : 0);
  const micros = (utc(ms).slice(0, -1) + '888').slice(0, 26);
  switch (times) {
    case 'seconds':
      return `${utc(ms).slice(0, 19)}Z`;
    case 'microseconds':
      return `${micros}Z`;
    case 'offset':
      return `${micros}+00:00`;
    case 'shifted-offset':
      return `${utc(ms + TWO_HOURS_MS).slice(0, -1)}+02:00`;
    case undefined:
      return field === 'createdAt' && createdAtShift !== 0 ? utc(ms) : text;
  }
}
