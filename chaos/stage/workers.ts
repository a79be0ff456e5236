import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RateLimits } from '../../src/config';

/** What a worker process is told. */
export interface WorkerSettings {
  temporalAddress: string;
  taskQueue: string;
  layersUrl: string;
  apiKey: string;
  perMinute: RateLimits;
  bundle: string;
  logFile: string;
  logLevel: 'debug' | 'info';
}

const MOST_CRASHES = 20;

/** The worker processes of a run: started, frozen, thawed and killed from outside. */
export class Workers {
  readonly logFiles: string[] = [];
  /** Processes that ended without having been killed. */
  crashes = 0;
  private loggedKey = '';
  private living: ChildProcess[] = [];
  private readonly cleanUp = (): void => this.signal('SIGKILL');

  constructor(
    private readonly settings: Omit<WorkerSettings, 'logFile' | 'logLevel' | 'apiKey'>,
    private readonly folder: string,
    public apiKey: string,
  ) {
    // A frozen process would outlive this one.
    process.on('exit', this.cleanUp);
  }

  /** Resolves when it polls. */
  async start(): Promise<void> {
    const logFile = join(this.folder, `worker-${this.logFiles.length + 1}.log`);
    // The first of each key says all it can, for the search for secrets; the others as in production, where recovery is
    // measured.
    const logLevel = this.apiKey === this.loggedKey ? 'info' : 'debug';
    this.loggedKey = this.apiKey;
    this.logFiles.push(logFile);
    const settings: WorkerSettings = { ...this.settings, apiKey: this.apiKey, logFile, logLevel };
    const child = fork(require.resolve('./workerProcess.cjs'), [], {
      execArgv: [],
      env: { ...process.env, CHAOS_WORKER: JSON.stringify(settings) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.living.push(child);
    child.once('exit', () => {
      if (this.living.includes(child)) this.restart(child);
    });
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('A worker ended while it started'))),
    ]);
  }

  get count(): number {
    return this.living.length;
  }

  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  /** SIGKILL: nothing is finished, nothing is said. */
  async kill(): Promise<void> {
    const killed = this.living.splice(0);
    const ended = killed.map((child) => once(child, 'exit'));
    for (const child of killed) child.kill('SIGKILL');
    await Promise.all(ended);
  }

  async close(): Promise<void> {
    await this.kill();
    process.off('exit', this.cleanUp);
  }

  /** As a supervisor does. Node may abort where a long freeze fell into a workflow task, whose time is limited. */
  private restart(crashed: ChildProcess): void {
    this.living = this.living.filter((other) => other !== crashed);
    this.crashes += 1;
    // One that cannot even start will be missed soon enough.
    if (this.crashes <= MOST_CRASHES) this.start().catch(() => undefined);
  }

  private signal(name: NodeJS.Signals): void {
    for (const child of this.living) child.kill(name);
  }
}
