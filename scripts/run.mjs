// Runs a program of this checkout: `node scripts/run.mjs src/worker.ts [ARG …]`, after its set-up, in this very process. Nothing
// stands between npm and the program that would keep a signal to itself (a shell does, for `a && b`), or die before it.
import './setup.mjs';
import Module from 'node:module';
import { resolve } from 'node:path';

const [node, , program, ...args] = process.argv;
if (process.exitCode === undefined) {
  if (program.endsWith('.ts')) await import('tsx');
  process.argv = [node, resolve(program), ...args];
  Module.runMain();
}
