import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MisconfiguredError } from '../../client/errors';

/** The files of a local stack, which are kept so that the next start goes on where the last one stopped. */
export const keptIn = (folder: string): Record<'database' | 'sandbox' | 'secrets' | 'log', string> => ({
  database: join(folder, 'temporal.db'),
  sandbox: join(folder, 'sandbox.json'),
  secrets: join(folder, 'secrets.json'),
  log: join(folder, 'worker.log'),
});

/** A power cut leaves files that are empty or cut off; the way out is told instead of a stack. */
const damaged = (file: string, why: string, command: string): MisconfiguredError =>
  new MisconfiguredError(
    `${file} is damaged (${why}), so that nothing can go on from it. Begin afresh: ${command} -- --fresh`,
  );

/** Looks at all files before anything is started with them. */
export function checkKept(folder: string, command: string): void {
  const { database, sandbox, secrets } = keptIn(folder);
  for (const file of [sandbox, secrets]) if (existsSync(file)) readKept(file, command);
  if (existsSync(database) && !isDatabase(database)) throw damaged(database, 'it is no database', command);
}

function readKept(file: string, command: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw damaged(file, (error as Error).message, command);
  }
}

/** As the server says it of a database that begins well. */
export const damagedDatabase = (folder: string, message: string, command: string): MisconfiguredError | null =>
  /malformed|not a database|disk image/i.test(message)
    ? damaged(keptIn(folder).database, 'the Temporal server cannot read it', command)
    : null;

/** SQLite's first bytes. */
function isDatabase(file: string): boolean {
  const begin = Buffer.from('SQLite format 3\0');
  const bytes = Buffer.alloc(begin.length);
  const descriptor = openSync(file, 'r');
  try {
    return readSync(descriptor, bytes, 0, bytes.length, 0) === 0 || bytes.equals(begin);
  } finally {
    closeSync(descriptor);
  }
}

/** Of the gateway's links and of the sandbox's webhooks; kept, so that links outlive a restart. */
export function secretsIn(folder: string, command: string): [string, string] {
  const file = keptIn(folder).secrets;
  if (!existsSync(file)) {
    const made = [randomBytes(32).toString('base64url'), `whsec_${randomBytes(24).toString('base64url')}`];
    writeFileSync(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  const kept = readKept(file, command);
  if (
    Array.isArray(kept) &&
    kept.length === 2 &&
    kept.every((secret) => typeof secret === 'string' && secret.length >= 32)
  )
    return kept as [string, string];
  throw damaged(file, 'it holds no two secrets', command);
}
