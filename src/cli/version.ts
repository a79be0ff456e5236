import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of this package; the file lies as far above the sources as above the build. */
export const VERSION = (
  JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as { version: string }
).version;
