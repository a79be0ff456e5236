import { execFile } from 'node:child_process';

export interface Ran {
  ok: boolean;
  stdout: string;
  /** What it said when it failed, or why it could not be run. */
  error: string;
}

/** Runs a program to its end. One that does not exist is a failure like any other. */
export const run = (
  file: string,
  args: readonly string[],
  options: { timeoutMs?: number; signal?: AbortSignal; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> =>
  new Promise((resolve) => {
    const { timeoutMs = 0, signal, env = process.env } = options;
    execFile(
      file,
      args,
      {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: 16 << 20,
        windowsHide: true,
        env,
        ...(signal && { signal }),
      },
      (error, stdout, stderr) =>
        resolve({ ok: error === null, stdout, error: error === null ? '' : stderr.trim() || error.message }),
    );
  });
