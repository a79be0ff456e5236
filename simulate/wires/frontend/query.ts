import { SEARCH_ATTRIBUTES } from '../../../src/contract/searchAttributes';
import { invalid } from './errors';

/** What a query asks a run for: the values that it has under a name, none to several; times in epoch milliseconds. */
export type Fields = (name: string) => readonly (string | number)[];
export type Condition = (fields: Fields) => boolean;

type Kind = 'KEYWORD' | 'KEYWORD_LIST' | 'DATETIME' | 'INT';

const BUILT_IN: Record<string, Kind> = {
  ...{ WorkflowId: 'KEYWORD', RunId: 'KEYWORD', WorkflowType: 'KEYWORD', TaskQueue: 'KEYWORD' },
  ...{ ExecutionStatus: 'KEYWORD', StartTime: 'DATETIME', CloseTime: 'DATETIME' },
};

/** Every name that a query may use, with what its values are. */
export const KINDS: ReadonlyMap<string, Kind> = new Map([
  ...Object.entries(BUILT_IN),
  ...Object.values(SEARCH_ATTRIBUTES).map(({ name, type }): [string, Kind] => [name, type]),
]);

const STATUSES = ['Running', 'Completed', 'Failed', 'Canceled', 'Terminated', 'ContinuedAsNew', 'TimedOut', 'Paused'];

type Value = string | number;
/** `!=` finds only those that have a value, but for lists, which need not have any. */
const COMPARISONS: Record<string, (values: readonly Value[], wanted: Value, kind: Kind) => boolean> = {
  '=': (values, wanted) => values.includes(wanted),
  '!=': (values, wanted, kind) => (kind === 'KEYWORD_LIST' || values.length > 0) && !values.includes(wanted),
  '>=': (values, wanted) => values.some((value) => value >= wanted),
  '>': (values, wanted) => values.some((value) => value > wanted),
  '<=': (values, wanted) => values.some((value) => value <= wanted),
  '<': (values, wanted) => values.some((value) => value < wanted),
};

const TOKEN =
  /\s*(?:(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>-?\d+)|(?<word>[A-Za-z_]\w*)|(?<sign>[<>!]=|[=<>(),]))/suy;

type Token = Partial<Record<'text' | 'number' | 'word' | 'sign', string>>;

/**
 * The language of visibility, as far as onboardings are looked for with it: comparisons, `IN`, `AND`, `OR`, parentheses.
 *
 * @throws GrpcError in about the words of the server, also for what that would understand
 */
export function parseQuery(query: string): Condition {
  if (query.trim() === '') return () => true;
  return new Parser(query).parse();
}

class Parser {
  private readonly tokens: Token[] = [];
  private next = 0;

  constructor(query: string) {
    TOKEN.lastIndex = 0;
    const end = query.trimEnd().length;
    for (let at = 0; at < end; at = TOKEN.lastIndex) {
      const { groups } = TOKEN.exec(query) ?? {};
      if (groups === undefined) throw malformed(at);
      this.tokens.push(groups);
    }
  }

  parse(): Condition {
    const condition = this.anyOf();
    if (this.next < this.tokens.length) throw malformed(this.next);
    return condition;
  }

  private anyOf(): Condition {
    const all = [this.allOf()];
    while (this.takes('word', 'OR')) all.push(this.allOf());
    return (fields) => all.some((one) => one(fields));
  }

  private allOf(): Condition {
    const all = [this.one()];
    while (this.takes('word', 'AND')) all.push(this.one());
    return (fields) => all.every((one) => one(fields));
  }

  private one(): Condition {
    if (!this.takes('sign', '(')) return this.comparison();
    const condition = this.anyOf();
    this.expect(')');
    return condition;
  }

  private comparison(): Condition {
    const name = this.take('word');
    const kind = KINDS.get(name);
    if (kind === undefined) throw invalid(`invalid query: invalid search attribute: ${name}`);
    if (this.takes('word', 'IN')) {
      const wanted = this.list(name, kind);
      return (fields) => fields(name).some((value) => wanted.includes(value));
    }
    const compares = COMPARISONS[this.take('sign')];
    if (compares === undefined) throw malformed(this.next);
    const wanted = this.value(name, kind);
    return (fields) => compares(fields(name), wanted, kind);
  }

  private list(name: string, kind: Kind): Value[] {
    this.expect('(');
    const values = [this.value(name, kind)];
    while (this.takes('sign', ',')) values.push(this.value(name, kind));
    this.expect(')');
    return values;
  }

  private value(name: string, kind: Kind): Value {
    if (kind === 'INT') return Number(this.take('number'));
    const text = unquoted(this.take('text'));
    if (name === 'ExecutionStatus' && !STATUSES.includes(text))
      throw invalid(`invalid query: invalid expression: invalid ExecutionStatus value '${text}'`);
    if (kind !== 'DATETIME') return text;
    const time = Date.parse(text);
    if (Number.isNaN(time)) throw invalid(`invalid query: invalid expression: unable to parse datetime '${text}'`);
    return time;
  }

  /** Words of the language may be written in small letters as well. */
  private takes(kind: keyof Token, wanted: string): boolean {
    if (this.tokens[this.next]?.[kind]?.toUpperCase() !== wanted) return false;
    this.next += 1;
    return true;
  }

  private take(kind: keyof Token): string {
    const found = this.tokens[this.next]?.[kind];
    if (found === undefined) throw malformed(this.next);
    this.next += 1;
    return found;
  }

  private expect(sign: string): void {
    if (!this.takes('sign', sign)) throw malformed(this.next);
  }
}

const malformed = (position: number): Error =>
  invalid(`invalid query: malformed SQL query: syntax error at position ${position}`);

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0', Z: '\x1a' };

const unquoted = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/gsu, (_, character: string) => ESCAPES[character] ?? character);
