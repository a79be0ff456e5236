import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { OnboardingView } from '../client/view';
import { loadConfig } from '../config';
import type { ConnectedClient } from '../temporal/connect';
import type { Connect } from './connection';
import { EXIT, type ExitCode } from './exitCodes';
import type { Io } from './io';
import type { Links } from './words';

/** Adds one verb to the program. */
export type Verb = (program: Command, cli: Cli) => void;

/** What every verb works with. */
export class Cli {
  exitCode: ExitCode = EXIT.ok;

  constructor(
    readonly io: Io,
    private readonly connect: Connect,
  ) {}

  /** How commands are typed where this one was. */
  get program(): string {
    return this.io.env['npm_lifecycle_event'] === 'cli' ? 'npm run cli --' : 'layers-onboarding';
  }

  get taskQueue(): string {
    return loadConfig('cli', this.io.env).taskQueue;
  }

  /** The action of a verb, whose answer becomes the exit code. */
  action<Args extends unknown[]>(run: (...args: Args) => Promise<ExitCode>): (...args: Args) => Promise<void> {
    return async (...args) => {
      this.exitCode = await run(...args);
    };
  }

  async withConnection<T>(use: (connected: ConnectedClient) => Promise<T>): Promise<T> {
    const connected = await this.connect(this.io.env);
    try {
      return await use(connected);
    } finally {
      await connected.close();
    }
  }

  withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
    return this.withConnection(({ client }) => use(client));
  }

  /** Who acts: named, or the user of this machine, which is said. */
  who(by: string | undefined): string {
    if (by !== undefined && by.trim() !== '') return by.trim();
    const name = this.io.userName();
    this.io.err(`Acting as "${name}", the user name on this machine. Use --by NAME for another.`);
    return name;
  }

  /** Commands as they are typed here, and the workflow in Temporal Web UI where TEMPORAL_UI_URL says where that is. */
  links(client: Client, { workflowId }: Pick<OnboardingView, 'workflowId'>): Links {
    const { program } = this;
    const base = this.io.env['TEMPORAL_UI_URL']?.replace(/\/+$/, '');
    if (!base) return { program };
    const namespace = encodeURIComponent(client.options.namespace);
    return { program, webUi: `${base}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}` };
  }
}
