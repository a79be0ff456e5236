import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';

/**
 * The bytes of a file that a person names. `npm run` goes to the folder of the package first and says where it was typed:
 * a relative path is looked for there, then here.
 */
export async function readNamed(path: string, env: NodeJS.ProcessEnv, here = process.cwd()): Promise<Uint8Array> {
  const typedIn = env['npm_lifecycle_event'] === 'cli' ? env['INIT_CWD'] : undefined;
  const folders = isAbsolute(path) ? ['/'] : [...new Set([typedIn || here, here])];
  for (const folder of folders)
    try {
      return await readFile(resolve(folder, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  throw new Error(`ENOENT: no such file${isAbsolute(path) ? '' : ` in ${folders.join(', nor in ')}`}`);
}
