import { UsageError } from '../../errors';
import type { Io } from '../../io';
import { decodeText } from './encoding';

/** Parses JSON; a mistake is told with its line and column, which Node 20 does not always know. */
export function parseJson(text: string, name: string): unknown {
  const json = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(json);
  } catch (error) {
    const before = json.slice(0, firstBad(json)).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
    throw new UsageError(`${name} is not JSON: ${place}: ${reason(error as Error)}`);
  }
}

const reason = ({ message }: Error): string =>
  message.replace(/ in JSON at position.*$/s, '').replace(/, "?\.*.*is not valid JSON$/s, '');

/** Where the JSON goes wrong first: found by halves, since a longer prefix of bad JSON is bad, too. */
function firstBad(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (couldGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function couldGoOn(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    return /end of JSON input/.test(message) || Number(position ?? -1) >= prefix.length;
  }
}

const STDIN = 'The standard input';

/** A JSON document from a file, or from standard input with `-`. */
export async function readJson(path: string, io: Io): Promise<unknown> {
  if (path === '-') return parseJson(decodeText(await io.readStdin(), STDIN), STDIN);
  let bytes: Uint8Array;
  try {
    bytes = await io.readFile(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${(error as Error).message}`);
  }
  return parseJson(decodeText(bytes, path), path);
}

/** A value of an option: JSON itself, or `@file`. */
export const jsonOption = async (value: string, option: string, io: Io): Promise<unknown> =>
  value.startsWith('@') ? await readJson(value.slice(1), io) : parseJson(value, `The value of ${option}`);
