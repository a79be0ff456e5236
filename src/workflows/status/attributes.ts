import { upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../../contract/searchAttributes';

type Name = keyof typeof SEARCH_ATTRIBUTES;
type Value = string | string[] | number | Date | null;

/** The values as they should be; `null` where there is none. */
export type Wanted = Record<Name, Value>;

/** By name, as JSON: what was published last. */
export type Published = Partial<Record<Name, string>>;

/** Temporal ends a workflow that sets an attribute of more than 2,048 bytes of JSON. */
const LARGEST_BYTES = 2_000;
/** A visibility store on SQL has no room for a longer keyword. */
const LONGEST_KEYWORD = 255;

/** One upsert of the attributes whose value has changed, which it notes in `published`; none where none has. */
export function publishAttributes(published: Published, wanted: Wanted): void {
  const fitting = Object.entries(wanted).map(([name, value]) => [name as Name, fit(value)] as const);
  const changed = fitting.filter(([name, value]) => {
    const text = JSON.stringify(value);
    const isSame = (published[name] ?? 'null') === text;
    published[name] = text;
    return !isSame;
  });
  if (changed.length === 0) return;
  upsertSearchAttributes(
    changed.map(([name, value]) => ({ key: SEARCH_ATTRIBUTES[name], value })) as Parameters<
      typeof upsertSearchAttributes
    >[0],
  );
}

/** What does not fit is left out: a filter that finds less is better than an onboarding that Temporal ends. */
function fit(value: Value): Value {
  if (typeof value === 'string') return value.length > LONGEST_KEYWORD ? null : value;
  if (!Array.isArray(value)) return value;
  const fitting = value.filter((one) => one.length <= LONGEST_KEYWORD);
  // The newest stand last, and are the likeliest to be looked for.
  while (bytesOf(fitting) > LARGEST_BYTES) fitting.shift();
  return fitting.length === 0 ? null : fitting;
}

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
