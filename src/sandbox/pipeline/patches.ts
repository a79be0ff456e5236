import type { Patch } from '../faults/rules';
import type { Answer } from './answers';

/** The answer with what the rules set in it or leave out. What is no JSON, and what is not there, stays as it is. */
export function patched(made: Answer, patches: Patch[]): Answer {
  if (patches.length === 0 || made.status === 304) return made;
  try {
    const body: unknown = JSON.parse(made.body.toString());
    for (const { set, remove } of patches) {
      for (const [path, value] of Object.entries(set))
        change(body, path.split('.'), (object, name) => define(object, name, value));
      for (const path of remove) change(body, path.split('.'), (object, name) => delete object[name]);
    }
    return { ...made, body: JSON.stringify(body) };
  } catch {
    return made;
  }
}

type Holder = Record<string, unknown>;

function change(within: unknown, [name, ...rest]: string[], act: (object: Holder, name: string) => void) {
  if (within === null || typeof within !== 'object' || name === undefined) return;
  const names = name === '*' ? Object.keys(within) : [name];
  for (const each of names)
    if (rest.length === 0) act(within as Holder, each);
    else if (Object.hasOwn(within, each)) change((within as Holder)[each], rest, act);
}

/** Also where the name is `__proto__`. */
const define = (object: Holder, name: string, value: unknown): void =>
  void Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
