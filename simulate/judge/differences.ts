import { isDeepStrictEqual } from 'node:util';
import type { Told } from './events';

/** One thing in which a history as it is played differs from the recorded one. */
export interface Difference {
  /** Of the recording; `null` where it has ended. */
  event: number | null;
  name: string;
  /** Which of its attributes, like `input.payloads.0.key`; empty where something else happens. */
  path: string;
  recorded: string;
  now: string;
}

/** Every difference between two histories; where another thing happens, what follows is not compared. */
export function differencesOf(recorded: readonly Told[], played: readonly Told[]): Difference[] {
  const differences: Difference[] = [];
  for (let index = 0; index < Math.max(recorded.length, played.length); index += 1) {
    const [was, is] = [recorded[index], played[index]];
    const { id: event = null, name = 'nothing' } = was ?? {};
    if (was === undefined || is === undefined || name !== is.name) {
      const told = (one?: Told): string => (one === undefined ? 'nothing' : `${one.name} ${textOf(one.attributes)}`);
      return [...differences, { event, name, path: '', recorded: told(was), now: told(is) }];
    }
    for (const [path, before, now] of leaves(was.attributes, is.attributes, []))
      differences.push({ event, name, path: path.join('.'), recorded: textOf(before), now: textOf(now) });
  }
  return differences;
}

type Leaf = [path: string[], recorded: unknown, now: unknown];

/** Where two values differ. The order of an object's keys says nothing. */
function leaves(was: unknown, is: unknown, path: string[]): Leaf[] {
  if (isComposed(was) && isComposed(is) && Array.isArray(was) === Array.isArray(is))
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
      leaves(was[key], is[key], [...path, key]),
    );
  return isDeepStrictEqual(was, is) ? [] : [[path, was, is]];
}

/** A list of plain values is one value. */
const isComposed = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && (!Array.isArray(value) || value.some(isComposed));

const textOf = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
