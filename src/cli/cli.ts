import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { OnboardingView } from '../client/view';
import { ConfigError, loadConfig } from '../config';
import type { LinkMaker } from '../links';
import type { ConnectedClient } from '../temporal/connect';
import type { Connect } from './connection';
import { EXIT, type ExitCode } from './exitCodes';
import { programName, type Io } from './io';
import { linkMaker, waitLinks } from './links';
import type { Links } from './show/commands';

/** Adds one verb to the program. */
export type Verb = (program: Command, cli: Cli) => void;

/** What every verb works with. */
export class Cli {
  exitCode: ExitCode = EXIT.ok;
  private knownMaker: LinkMaker | null | undefined;

  constructor(
    readonly io: Io,
    private readonly connect: Connect,
  ) {}

  /** How this command was typed, so that the next one can be typed the same way. */
  get program(): string {
    return programName(this.io);
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

  /** Who acts: the name given with `--by`, else the user of this machine, which is said. */
  who(by: string | undefined): string {
    if (by !== undefined && by.trim() !== '') return by.trim();
    const name = this.io.userName();
    this.io.err(`Acting as "${name}", the user name on this machine. Use --by NAME for another.`);
    return name;
  }

  /**
   * What is shown beside an onboarding: commands as they are typed here, the workflow in Temporal Web UI where
   * TEMPORAL_UI_URL says where that is, and the gateway's pages where the gateway's variables are set here too.
   */
  links(client: Client, view: OnboardingView): Links {
    const { program } = this;
    const base = this.io.env['TEMPORAL_UI_URL']?.replace(/\/+$/, '');
    const namespace = encodeURIComponent(client.options.namespace);
    const webUi = `${base}/namespaces/${namespace}/workflows/${encodeURIComponent(view.workflowId)}`;
    const pages = this.maker === null ? [] : waitLinks(this.maker, view, this.io.now());
    return { program, ...(base && { webUi }), ...Object.fromEntries(pages.map((page) => [page.for, page.url])) };
  }

  /** `null` without the gateway's variables: no page is shown then, and the verb `link` says what is missing. */
  private get maker(): LinkMaker | null {
    if (this.knownMaker !== undefined) return this.knownMaker;
    try {
      this.knownMaker = linkMaker(this.io.env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.knownMaker = null;
    }
    return this.knownMaker;
  }
}
