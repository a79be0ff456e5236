import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { emptyState, type State } from './state';

/** Pause between snapshots: at least this, and ten times what the last one took, so that a big state does not stall the server. */
const PAUSE_MS = 100;

export function loadState(file: string | null): State {
  if (!file || !existsSync(file)) return emptyState();
  const state = JSON.parse(readFileSync(file, 'utf8')) as State;
  if (state.version !== 1)
    throw new Error(`${file}: snapshot version ${String(state.version)} is unknown; delete the file`);
  return { ...emptyState(), ...state };
}

/** Writes the state some time after it changed, whole and by rename, so that a reader never sees half of it. */
export class Snapshots {
  private timer: NodeJS.Timeout | null = null;
  private pauseMs = PAUSE_MS;

  constructor(
    private readonly file: string | null,
    private readonly state: () => State,
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
    writeFileSync(`${this.file}.tmp`, JSON.stringify(this.state()));
    renameSync(`${this.file}.tmp`, this.file);
    this.pauseMs = Math.max(PAUSE_MS, 10 * (performance.now() - startedAt));
  }

  delete(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.file) rmSync(this.file, { force: true });
  }
}
