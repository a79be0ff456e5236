import { userInfo } from 'node:os';
import { styleText } from 'node:util';
import { EXIT } from './exitCodes';
import { readNamed } from './files';
import { liveRegion, type LiveRegion } from './liveRegion';

/** The world outside, as far as the CLI touches it; tests bring their own. */
export interface Io {
  /** Data: what the command was asked for. Nothing else goes there. */
  out(text: string): void;
  /** Chatter: hints, warnings, errors. */
  err(text: string): void;
  /** Whether data goes to a terminal, so that pictures may move. */
  terminal: boolean;
  color: boolean;
  columns(): number;
  /** Whether a person can be asked. */
  interactive: boolean;
  confirm(question: string): Promise<boolean>;
  readStdin(): Promise<Uint8Array>;
  /** A file that a person names; rejects where there is none. */
  readFile(path: string): Promise<Uint8Array>;
  live(): Promise<LiveRegion>;
  env: NodeJS.ProcessEnv;
  /** Who is logged in. */
  userName(): string;
  now(): number;
  /** Calls back on Ctrl-C instead of ending the process; returns how to stop that. */
  onInterrupt(callback: () => void): () => void;
}

/** How the command line is typed here: by npm in a checkout, else by its name. */
export const programName = ({ env }: Io): string =>
  env['npm_lifecycle_event'] === 'cli' ? 'npm run cli --' : 'layers-onboarding';

/** The process itself. Packages that are ES modules only are loaded when they are needed. */
export function processIo(env: NodeJS.ProcessEnv = process.env): Io {
  const { stdin, stdout, stderr } = process;
  // A reader that has seen enough (`| head`) is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.ok);
  });
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    terminal: stdout.isTTY === true,
    color: takesColor(stdout),
    columns: () => stdout.columns || 80,
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    async confirm(message) {
      const { confirm, isCancel } = await import('@clack/prompts');
      const answer = await confirm({ message, initialValue: false, output: stderr });
      return !isCancel(answer) && answer;
    },
    async readStdin() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Buffer));
      return Buffer.concat(chunks);
    },
    readFile: (path) => readNamed(path, env),
    live: () => liveRegion(stdout),
    env,
    userName: () => userInfo().username,
    now: Date.now,
    onInterrupt(callback) {
      // Not `once`, which has left already when log-update's signal-exit looks whether anybody else listens: finding nobody,
      // it ends the process before the callback has said or closed anything.
      process.on('SIGINT', callback);
      return () => process.off('SIGINT', callback);
    },
  };
}

/** Whether a stream takes colours: a terminal, and neither NO_COLOR nor its like says otherwise. */
const takesColor = (stream: NodeJS.WritableStream): boolean => styleText('red', 'x', { stream }) !== 'x';
