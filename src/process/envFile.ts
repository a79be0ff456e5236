import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from '../config';
import { readTextFile, unreadable } from '../config/textFile';

/** What was read, for a line in the log. */
export interface EnvFile {
  file: string;
  /** The variables that it has set. */
  variables: string[];
}

/**
 * Takes the settings of `.env` in the working folder into the environment of this process; `null` where there is none.
 * Whatever the environment says already stays, also when it says nothing (`NAME=`) or names a file (`NAME_FILE`).
 * For programs, never for the library. Throws `ConfigError` for a file that cannot be read.
 */
export function readEnvFile(path = '.env', env: NodeJS.ProcessEnv = process.env): EnvFile | null {
  const file = resolve(path);
  const text = textOf(file);
  if (text === null) return null;
  const isSet = (name: string): boolean => env[name] !== undefined || env[otherName(name)] !== undefined;
  const read = Object.entries(parseEnv(text)).filter(([name]) => !isSet(name));
  for (const [name, value] of read) env[name] = value;
  return { file, variables: read.map(([name]) => name) };
}

/** A secret has two: its own, and that of the file it is read from. */
const otherName = (name: string): string => (name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`);

function textOf(file: string): string | null {
  try {
    return readTextFile(file);
  } catch (error) {
    const problem = unreadable(error);
    if (problem === 'ENOENT' || problem === 'EISDIR') return null; // some tools keep a folder of this name
    throw new ConfigError([
      { variable: '.env', problem: `cannot be read (${problem}): ${file}`, example: 'a text file in UTF-8' },
    ]);
  }
}
