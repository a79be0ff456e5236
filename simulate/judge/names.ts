import type { EffectEntry } from '../../src/sandbox';

/**
 * Ids that nothing in the ledger has made; moments but full hours, since those a plan sets, and others are the machine's; where
 * the sandbox is; and what the sandbox makes up from an id.
 */
const UNKNOWN = [
  [/\b(prj|org|inf|cnt|ast|med|sa|sp|key|job|req|evt)_[0-9A-Za-z-]{20,}/g, 'some $1'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'some uuid'],
  [/\b\d{4}-\d\d-\d\dT\d\d:(?!00:00(\.000)?Z)\d\d:\d\d(\.\d+)?Z/g, 'some time'],
  [/\bhttps?:\/\/[^/"]+\/(?=media\/)/g, 'Layers/'],
  [/\\"[A-Z][a-z]+ [A-Z][a-z]+\\" ready/g, 'somebody ready'],
  [/@[a-z.]+ · \d+ images/g, 'some source'],
  [/\b\d+ slides/g, 'some slides'],
] as const;

/** Names in the place of ids, by what an id is of and the order in which it came to be: alike wherever the same is done. */
export class Names {
  private readonly byId = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  /** @param effects of one onboarding, oldest first */
  constructor(effects: readonly EffectEntry[]) {
    for (const { effect, id, data = {} } of effects) {
      this.add(id, kindOf(effect, data));
      const { sourceTiktokId } = data;
      if (typeof sourceTiktokId === 'string') this.add(sourceTiktokId, 'source');
    }
  }

  /** A text, or any value as JSON, with names. */
  in(value: unknown): string {
    let text = typeof value === 'string' ? value : JSON.stringify(value, inOrder);
    for (const [id, name] of this.byId) text = text.replaceAll(id, name);
    for (const [pattern, name] of UNKNOWN) text = text.replaceAll(pattern, name);
    return text;
  }

  private add(id: string, kind: string): void {
    if (this.byId.has(id)) return;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    this.byId.set(id, `${kind} ${count}`);
  }
}

/** Of several that are made at once, it has to tell one from the other. */
const kindOf = (effect: string, { kind, url }: Record<string, unknown>): string =>
  [effect.split('.')[0], kind, url].filter((part) => typeof part === 'string').join(' ');

/** The order of an object's keys says nothing. */
const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : value;
