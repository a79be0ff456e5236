import { type ChildProcess, spawn } from 'node:child_process';

/** How long a program has to end by itself. */
const STOP_MS = 5_000;

/** A program that ends with this process. */
export interface GuardedChild {
  pid: number;
  exited: Promise<void>;
  /** The last lines that the program wrote. */
  tail: () => string;
  hasExited: () => boolean;
  stop: () => Promise<void>;
}

/**
 * Runs between this process and the program. It has a channel to this process and none to the terminal: Ctrl-C ends the program
 * only when this process says so (after its workers), and the death of this process, also by SIGKILL, ends it at once.
 */
const GUARD = `
  const [file, ...args] = process.argv.slice(1);
  const child = require('node:child_process').spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const end = () => {
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGKILL'), ${STOP_MS}).unref();
  };
  child.on('error', (error) => { console.error(error.message); process.exit(1); });
  child.on('exit', (code) => process.exit(code ?? 1));
  child.on('spawn', () => process.send({ pid: child.pid }));
  process.on('disconnect', end).on('message', end).on('SIGTERM', end).on('SIGINT', end);
`;

/** Starts a program that cannot outlive this process; fails with what the program said where it cannot be run. */
export async function spawnGuarded(file: string, args: readonly string[]): Promise<GuardedChild> {
  const guard = spawn(process.execPath, ['-e', GUARD, '--', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    windowsHide: true,
  });
  const lines = tailOf(guard);
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    guard.once('error', () => resolve());
    guard.once('close', () => resolve()); // not 'exit': what it said last is still on its way then
  }).then(() => {
    ended = true;
  });
  const pid = await Promise.race([
    new Promise<number>((resolve) => guard.once('message', (message: { pid: number }) => resolve(message.pid))),
    exited.then(() => null),
  ]);
  if (pid === null) throw new Error(lines());
  // neither the channel nor the output keeps this process alive
  guard.unref();
  guard.channel?.unref();

  const stop = async (): Promise<void> => {
    if (ended) return;
    if (guard.connected) guard.send('stop');
    const force = setTimeout(() => {
      kill(pid);
      guard.kill('SIGKILL');
    }, STOP_MS + 1_000);
    guard.ref();
    await exited;
    clearTimeout(force);
  };
  return { pid, exited, tail: lines, hasExited: () => ended, stop };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it is gone already
  }
}

function tailOf(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-20_000);
    });
    (stream as unknown as { unref?: () => void } | null)?.unref?.();
  }
  return () => {
    const lines = text.trim().split('\n');
    // What a Go program says of its end is above the stack, not below.
    const panic = lines.findIndex((line) => line.startsWith('panic:'));
    const told = panic === -1 ? lines.slice(-10) : lines.slice(panic, panic + 10);
    return told.join('\n') || '(it said nothing)';
  };
}
