import { IN_ACTIVITIES } from './activities';
import { IN_THE_WORKFLOW } from './workflow';

/** Defects put in on purpose: a simulation that does not find these would find no others. */
export const MUTANTS = [...Object.keys(IN_THE_WORKFLOW), ...Object.keys(IN_ACTIVITIES)];

/**
 * The bundle with a defect of the workflow in it; as it is for one of the activities, which is put in when their modules are
 * loaded.
 *
 * @throws where there is none of that name, or the code has no place for it any more
 */
export function mutated(name: string, bundle: string): string {
  if (IN_ACTIVITIES[name] !== undefined) return bundle;
  const mutation = IN_THE_WORKFLOW[name];
  if (mutation === undefined) throw new Error(`There is no defect of the name "${name}".`);
  const all = bundle.match(new RegExp(mutation.from, 'g')) ?? [];
  if (all.length !== 1) throw new Error(`The code has ${all.length} places for "${name}", not one.`);
  return bundle.replace(mutation.from, () => mutation.to);
}
