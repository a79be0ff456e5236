import { faultsOf, kindOf, type Verdict } from './verdict';

/** A fault, in how many worlds it came up, and the first of these. */
export interface Finding {
  kind: string;
  count: number;
  first: { what: string; command: string };
}

/** What was found, by kind: one cause shows itself in many worlds. */
export class Findings {
  private readonly byKind = new Map<string, Finding>();

  /** Notes the faults of a world, but for kinds that are known; `true` where it has any. */
  add(verdict: Verdict, command: string, known: ReadonlySet<string> = new Set()): boolean {
    const faults = faultsOf(verdict).filter((fault) => !known.has(kindOf(fault)));
    for (const kind of new Set(faults.map(kindOf))) {
      const known = this.byKind.get(kind);
      if (known !== undefined) known.count += 1;
      else {
        const what = faults.find((fault) => kindOf(fault) === kind)!;
        this.byKind.set(kind, { kind, count: 1, first: { what, command } });
      }
    }
    return faults.length > 0;
  }

  get all(): Finding[] {
    return [...this.byKind.values()].toSorted((one, two) => two.count - one.count);
  }
}
