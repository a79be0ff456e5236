import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LayersEvent } from '../../contract/messages';

/** An id as Layers makes them. Nothing else is searched for, or goes into a history. */
const ID = /^[\w-]{1,128}$/;
const TYPE = /^[\w.-]{1,64}$/;
/** Fields of an event that may name something an onboarding knows (layers/API.md 13), the most telling first. */
export const REFERENCES = ['jobId', 'containerId', 'scheduledPostId', 'id'] as const;
/** Most ids that an event hands on: it is about one resource, and what belongs to it. */
const MOST_IDS = 10;

export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

const fields = z.record(z.string(), z.unknown());
const envelope = z.looseObject({
  id: z.string().optional().catch(undefined),
  type: z.string().regex(TYPE),
  data: fields.optional().catch(undefined),
});

/**
 * The event in a body with a good signature: what it names stands in its data or, where it has none, beside its type. `null`
 * for one that cannot be read. `header`: the id of the event as the request names it.
 */
export function eventIn(rawBody: Buffer, header: string | undefined): LayersEvent | null {
  const read = envelope.safeParse(parsed(rawBody)).data;
  const given = read?.id || header;
  if (read === undefined || !given) return null;
  const { id: _id, type, data, ...beside } = read;
  return { id: isId(given) ? given : digest(given), type, data: isEmpty(data) ? beside : data };
}

const isEmpty = (data: object | undefined): data is undefined => Object.keys(data ?? {}).length === 0;

function parsed(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** Stands for an id that is none: the same for every delivery of the event. */
const digest = (id: string): string => `evt_${createHash('sha256').update(id).digest('base64url').slice(0, 26)}`;

/** Only ids go into a history: names and addresses of people have no business there. */
export function idsOf(data: LayersEvent['data']): Record<string, string> {
  const named = Object.entries(data).filter(
    (field): field is [string, string] => /^id$|Id$/.test(field[0]) && isId(field[1]),
  );
  const isReference = ([name]: [string, string]): boolean => (REFERENCES as readonly string[]).includes(name);
  const first = [...named.filter(isReference), ...named.filter((field) => !isReference(field))].slice(0, MOST_IDS);
  return Object.fromEntries(first);
}
