import { z } from 'zod';
import type { Problem } from '../contract/plan';
import { kindOf, pathText, shown } from './problems';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const NAMES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What zod found, in words that say what is allowed. */
export function describeIssue(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = NAMES[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `is required (${wanted})` : `must be ${wanted}, not ${kindOf(issue.input)}`;
    }
    case 'invalid_value': {
      const values = issue.values.map((value) => JSON.stringify(value)).join(', ');
      return issue.input === undefined
        ? `is required (${values})`
        : `must be one of ${values}, not ${shown(issue.input)}`;
    }
    case 'too_small':
      return `must be at least ${issue.minimum}, is ${shown(issue.input)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}, is ${shown(issue.input)}`;
    case 'unrecognized_keys':
      return JSON.stringify(fieldsOf(issue.inst)); // for `problemsOf`, which makes one problem of each key
    default:
      return undefined;
  }
}

function fieldsOf(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');

function unknownField(path: string, key: string, known: readonly string[]): string {
  if (path === 'project' && key === 'id') return 'is given by Layers, which refuses an id from outside; leave it out';
  const meant = known.find((name) => letters(name) === letters(key));
  return meant === undefined
    ? `unknown field; known here: ${known.join(', ')}`
    : `unknown field; did you mean "${meant}"?`;
}

/** One problem per line that the caller has to change: an object with three unknown fields has three. */
export function problemsOf(issues: readonly Issue[]): Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: pathText(issue.path), message: issue.message }];
    const known = JSON.parse(issue.message) as string[];
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      message: unknownField(pathText(issue.path), key, known),
    }));
  });
}
