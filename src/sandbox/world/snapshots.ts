import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { emptyState, type State } from './state';

/** Pause between snapshots: at least this, and ten times what the last one took, so that a big state does not stall the server. */
const PAUSE_MS = 100;
/** Pause before a snapshot that could not be written is tried again. */
const RETRY_MS = 1_000;

/** The file of an earlier sandbox cannot be gone on from. */
export class UnreadableSnapshot extends Error {
  constructor(file: string, cause: string) {
    super(
      `${file} cannot be read: ${cause} Delete it together with ${file}.ledger to begin with an empty sandbox, or put a copy in its place.`,
    );
    this.name = 'UnreadableSnapshot';
  }
}

/** @throws {UnreadableSnapshot} for a file that is cut off, or of another version */
export function loadState(file: string | null): State {
  if (!file || !existsSync(file)) return emptyState();
  const loaded = parse(file);
  if (loaded.version !== 1)
    throw new UnreadableSnapshot(file, `its version ${String(loaded.version)} is unknown to this sandbox.`);
  const state = emptyState();
  for (const [name, own] of Object.entries(state)) {
    const value = loaded[name as keyof State] ?? own;
    if (typeof value !== typeof own || Array.isArray(value) !== Array.isArray(own))
      throw new UnreadableSnapshot(file, `${name} is damaged.`);
    // The tables stay without a prototype, as an empty state has them.
    Object.assign(state, {
      [name]: typeof own === 'object' && !Array.isArray(own) ? Object.assign(own, value) : value,
    });
  }
  return state;
}

function parse(file: string): Partial<State> {
  const text = readFileSync(file, 'utf8');
  try {
    const state: unknown = JSON.parse(text);
    if (state !== null && typeof state === 'object') return state;
  } catch {
    // said below
  }
  throw new UnreadableSnapshot(
    file,
    text === '' ? 'it is empty.' : 'it is not whole, as after a crash or on a full disk.',
  );
}

/**
 * Writes the state some time after it changed: whole, on the disk, and then by rename, so that neither a reader nor a power cut
 * leaves half of it. A disk that refuses (full, read-only) stops nothing: the log tells, and it is tried again.
 */
export class Snapshots {
  private timer: NodeJS.Timeout | null = null;
  private pauseMs = PAUSE_MS;
  private refused = false;

  constructor(
    private readonly file: string | null,
    private readonly state: () => State,
    private readonly log: (line: string) => void,
  ) {}

  changed(): void {
    if (!this.file || this.timer) return;
    this.timer = setTimeout(() => this.flush(), this.pauseMs).unref();
  }

  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (!this.file) return;
    const startedAt = performance.now();
    try {
      replace(this.file, JSON.stringify(this.state()));
      if (this.refused) this.log(`${this.file} is written again`);
      this.refused = false;
      this.pauseMs = Math.max(PAUSE_MS, 10 * (performance.now() - startedAt));
    } catch (error) {
      if (!this.refused) this.log(`${this.file} cannot be written, and is tried again: ${String(error)}`);
      this.refused = true;
      this.pauseMs = RETRY_MS;
      this.changed();
    }
  }

  delete(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.file) rmSync(this.file, { force: true });
  }
}

/** A rename may reach the disk before the bytes do: only what has been synced is put in the place of what was there. */
function replace(file: string, text: string) {
  const next = openSync(`${file}.tmp`, 'w');
  try {
    writeFileSync(next, text);
    fsyncSync(next);
  } finally {
    closeSync(next);
  }
  renameSync(`${file}.tmp`, file);
}
