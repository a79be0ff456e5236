import { clean, unseenIn } from './clean';
import { readTextFile, unreadable } from './textFile';
import type { Variable } from './variables';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a variable: from the environment or, for a secret, from the file that `<name>_FILE` names. */
export function readVariable(variable: Variable, env: Environment): { text?: string; problem?: string } {
  const direct = clean(env[variable.name]);
  const file = variable.secret ? clean(env[`${variable.name}_FILE`]) : undefined;
  if (direct !== undefined && file !== undefined)
    return { problem: `is set, and ${variable.name}_FILE too; unset one of them` };
  const read = file === undefined ? { text: direct } : readFile(variable, file);
  const { text, problem = text === undefined ? undefined : unseenIn(text) } = read;
  return problem === undefined ? { ...(text !== undefined && { text }) } : { problem };
}

function readFile({ name }: Variable, file: string): { text?: string; problem?: string } {
  try {
    const text = clean(readTextFile(file));
    return text === undefined ? { problem: `the file of ${name}_FILE is empty: ${file}` } : { text };
  } catch (error) {
    return { problem: `the file of ${name}_FILE cannot be read (${unreadable(error)}): ${file}` };
  }
}
