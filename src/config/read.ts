import { readFileSync } from 'node:fs';
import type { Variable } from './variables';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a variable: from the environment or, for a secret, from the file that `<name>_FILE` names. */
export function readVariable(variable: Variable, env: Environment): { text?: string; problem?: string } {
  const direct = present(env[variable.name]);
  const file = variable.secret ? present(env[`${variable.name}_FILE`]) : undefined;
  if (direct !== undefined && file !== undefined)
    return { problem: `is set, and ${variable.name}_FILE too; unset one of them` };
  if (file === undefined) return direct === undefined ? {} : { text: direct };
  try {
    const text = present(readFileSync(file, 'utf8').trim());
    return text === undefined ? { problem: `the file of ${variable.name}_FILE is empty: ${file}` } : { text };
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return { problem: `the file of ${variable.name}_FILE cannot be read (${code}): ${file}` };
  }
}

/** Compose files and CI hand over empty text for what is not set. */
const present = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
