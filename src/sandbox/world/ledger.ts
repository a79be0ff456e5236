import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { utc } from '../format/times';

/**
 * Who asked for what, when, and what came of it. A request is entered when it arrives and completed when it is answered, so
 * that one without an answer shows as such; an effect names the request that caused it. Auditors rely on nothing else.
 */
export interface RequestEntry {
  seq: number;
  type: 'request';
  at: string;
  requestId: string;
  method: string;
  path: string;
  query: string;
  /** The route's pattern, `null` for an unknown route. */
  endpoint: string | null;
  class: EndpointClass;
  apiKeyId: string | null;
  organizationId: string | null;
  idempotencyKey: string | null;
  /** SHA-256 of the canonical JSON body. */
  bodyHash: string | null;
  /** `null` until there is an answer. */
  status: number | null;
  code: string | null;
  retryAfter: string | null;
  answeredAt: string | null;
  replayed: boolean;
  /** Rules of the fault engine that touched it. */
  faults: string[];
  /** What left the server, as far as the server can know. */
  wire: 'open' | 'answered' | 'closed' | 'truncated' | 'hung';
  effects: string[];
}

export interface EffectEntry {
  seq: number;
  type: 'effect';
  at: string;
  /** `project.created`, `post.canceled`, … */
  effect: string;
  id: string;
  projectId: string | null;
  customerExternalId: string | null;
  /** `null` when time alone caused it. */
  requestId: string | null;
  data?: Record<string, unknown>;
}

export type EndpointClass = 'read-light' | 'write-light' | 'long-running';
export type LedgerEntry = RequestEntry | EffectEntry;

/** A request that could not be taken down is not acted on: nothing may happen that the ledger does not tell. */
export class LedgerRefused extends Error {}

export class Ledger {
  private entries: LedgerEntry[] = [];
  private readonly byRequest = new Map<string, RequestEntry>();
  /** Lines that the disk has refused, oldest first: they go before the next one. */
  private unwritten: string[] = [];
  private refused = false;

  constructor(
    private readonly file: string | null,
    private readonly now: () => number,
    private readonly log: (line: string) => void = () => undefined,
  ) {
    if (file && existsSync(file)) this.load(file);
  }

  /** Entries after `since`, oldest first. */
  read(since = 0): LedgerEntry[] {
    return since > 0 ? this.entries.filter((entry) => entry.seq > since) : [...this.entries];
  }

  requests(): RequestEntry[] {
    return this.entries.filter((entry) => entry.type === 'request');
  }

  effects(): EffectEntry[] {
    return this.entries.filter((entry) => entry.type === 'effect');
  }

  /** @throws {LedgerRefused} where the disk does not take it */
  arrived(
    request: Pick<RequestEntry, 'requestId' | 'method' | 'path' | 'query' | 'endpoint' | 'class' | 'idempotencyKey'>,
  ): RequestEntry {
    const entry: RequestEntry = {
      seq: this.nextSeq(),
      type: 'request',
      at: utc(this.now()),
      ...request,
      apiKeyId: null,
      organizationId: null,
      bodyHash: null,
      status: null,
      code: null,
      retryAfter: null,
      answeredAt: null,
      replayed: false,
      faults: [],
      wire: 'open',
      effects: [],
    };
    this.append(entry);
    if (this.unwritten.length > 0) {
      this.entries.pop();
      this.unwritten.pop();
      throw new LedgerRefused(`The ledger cannot be written: ${this.file}`);
    }
    this.byRequest.set(entry.requestId, entry);
    return entry;
  }

  answered(entry: RequestEntry, answer: Pick<RequestEntry, 'status' | 'code' | 'retryAfter' | 'wire'>): void {
    Object.assign(entry, answer, { answeredAt: utc(this.now()) });
    this.byRequest.delete(entry.requestId);
    this.write(entry);
  }

  effect(effect: Omit<EffectEntry, 'seq' | 'type' | 'at'>, at = this.now()): void {
    this.append({ seq: this.nextSeq(), type: 'effect', at: utc(at), ...effect });
    if (effect.requestId) this.byRequest.get(effect.requestId)?.effects.push(`${effect.effect} ${effect.id}`);
  }

  clear(): void {
    this.entries = [];
    this.byRequest.clear();
    this.unwritten = [];
    if (this.file) rmSync(this.file, { force: true });
  }

  private nextSeq = () => (this.entries.at(-1)?.seq ?? 0) + 1;

  private append(entry: LedgerEntry) {
    this.entries.push(entry);
    this.write(entry);
  }

  private write(entry: LedgerEntry) {
    if (!this.file) return;
    this.unwritten.push(JSON.stringify(entry));
    try {
      // A full disk may have taken the beginning of a line: it ends here, and is left out when the file is read.
      appendFileSync(this.file, (this.refused ? '\n' : '') + this.unwritten.map((line) => `${line}\n`).join(''));
      this.unwritten = [];
      if (this.refused) this.log(`${this.file} is written again`);
      this.refused = false;
    } catch (error) {
      if (!this.refused) this.log(`${this.file} cannot be written, and is tried again: ${String(error)}`);
      this.refused = true;
    }
  }

  /** A completed request stands in the file twice: the later line wins. A line that a crash cut short is left out. */
  private load(file: string) {
    const bySeq = new Map<number, LedgerEntry>();
    for (const line of readFileSync(file, 'utf8').split('\n'))
      try {
        const entry = JSON.parse(line) as LedgerEntry;
        bySeq.set(entry.seq, entry);
      } catch {
        continue;
      }
    this.entries = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  }
}
