// Runs a program of this checkout: `node scripts/run.mjs src/worker.ts [ARG …]`, after its set-up, in this very process. Nothing
// stands between npm and the program that would keep a signal to itself (a shell does, for `a && b`), or die before it.
import { existsSync } from 'node:fs';
import Module from 'node:module';
import { resolve } from 'node:path';
import { production, refuseProduction } from './setup.mjs';

const [node, , program, ...args] = process.argv;
/** Without the development packages there is no compiler, but there may be a build. */
const built = program.replace(/^src\/(.*)\.ts$/, 'dist/$1.js');
if (production && !existsSync(built)) refuseProduction();
const main = production ? built : program;

// otherwise npm has failed, and said why
if (process.exitCode === undefined) {
  if (main.endsWith('.ts')) await import('tsx');
  process.argv = [node, resolve(main), ...args];
  Module.runMain();
}
