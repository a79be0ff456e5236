import Module from 'node:module';
import { IN_ACTIVITIES } from './activities';

interface Compiling {
  _compile(this: unknown, code: string, filename: string): unknown;
}

/** Puts a defect into a module of this process as it is loaded; to be called before that. */
export function mutateOnLoad(name: string | undefined): void {
  const mutation = IN_ACTIVITIES[name ?? ''];
  if (mutation === undefined) return;
  const { prototype } = Module as unknown as { prototype: Compiling };
  const compile = prototype._compile;
  prototype._compile = function (code, filename) {
    if (!filename.endsWith(mutation.file)) return compile.call(this, code, filename);
    if (!mutation.from.test(code)) throw new Error(`${mutation.file} has no place for "${name}".`);
    return compile.call(this, code.replace(mutation.from, mutation.to), filename);
  };
}

// With the arguments of the process, since modules are loaded before anything can be called.
mutateOnLoad(process.argv[3]);
