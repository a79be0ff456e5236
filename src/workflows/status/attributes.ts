import { upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../../contract/searchAttributes';

type Name = keyof typeof SEARCH_ATTRIBUTES;

/** The values as they should be; `null` where there is none. */
export type Wanted = Record<Name, string | string[] | number | Date | null>;

/** By name, as JSON: what was published last. */
export type Published = Partial<Record<Name, string>>;

/** One upsert of the attributes whose value has changed, which it notes in `published`; none where none has. */
export function publishAttributes(published: Published, wanted: Wanted): void {
  const changed = (Object.keys(wanted) as Name[]).filter((name) => {
    const value = JSON.stringify(wanted[name]);
    const isSame = (published[name] ?? 'null') === value;
    published[name] = value;
    return !isSame;
  });
  if (changed.length === 0) return;
  upsertSearchAttributes(
    changed.map((name) => ({ key: SEARCH_ATTRIBUTES[name], value: wanted[name] })) as Parameters<
      typeof upsertSearchAttributes
    >[0],
  );
}
