import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a demo or `npm run dev` says of itself in its folder, so that the command line beside it finds it, and a second one
 * knows of the first.
 */
export interface Running {
  pid: number;
  /** How it was begun, for people. */
  command: string;
  /** Set once everything runs. */
  reach?: {
    temporalAddress: string;
    namespace: string;
    taskQueue: string;
    /** `null` with a server of the user's own. */
    uiUrl: string | null;
    publicUrl: string;
    linkSecret: string;
  };
}

/** Where `npm run demo` and `npm run dev` keep their data in a checkout. */
export const localFolder = (name: 'demo' | 'dev', root = process.cwd()): string => join(root, '.cache', name);

const fileIn = (folder: string): string => join(folder, 'running.json');

/** For the owner's eyes: who has the secret can make links. */
export const announceRunning = (folder: string, running: Running): void =>
  writeFileSync(fileIn(folder), JSON.stringify(running), { mode: 0o600 });

export const withdrawRunning = (folder: string): void => rmSync(fileIn(folder), { force: true });

/** Who runs in a folder; `null` where nobody does any more. */
export function runningIn(folder: string): Running | null {
  try {
    const running = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Running;
    process.kill(running.pid, 0);
    return running;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? { pid: 0, command: 'another user' } : null;
  }
}

/** The variables that reach a demo or `npm run dev` of this checkout. */
const variablesOf = ({
  temporalAddress,
  namespace,
  taskQueue,
  uiUrl,
  publicUrl,
  linkSecret,
}: Reach): NodeJS.ProcessEnv => ({
  TEMPORAL_ADDRESS: temporalAddress,
  TEMPORAL_NAMESPACE: namespace,
  ONBOARDING_TASK_QUEUE: taskQueue,
  ...(uiUrl === null ? {} : { TEMPORAL_UI_URL: uiUrl }),
  ONBOARDING_PUBLIC_URL: publicUrl,
  ONBOARDING_LINK_SECRET: linkSecret,
});
type Reach = NonNullable<Running['reach']>;

/**
 * The environment of a command that is typed beside a running demo: what is not set in it is the demo's. A command that
 * names another server, or a profile, means that one; nothing of the demo is mixed in.
 */
export function besideRunning(env: NodeJS.ProcessEnv, root = process.cwd()): NodeJS.ProcessEnv {
  const reachable = (['demo', 'dev'] as const).flatMap((name) => runningIn(localFolder(name, root))?.reach ?? []);
  const address = env['TEMPORAL_ADDRESS'];
  const isElsewhere = Boolean(env['TEMPORAL_PROFILE'] ?? env['TEMPORAL_CONFIG_FILE'] ?? env['TEMPORAL_API_KEY']);
  const meant = address
    ? reachable.find(({ temporalAddress }) => temporalAddress === address)
    : isElsewhere
      ? undefined
      : reachable[0];
  if (meant === undefined) return env;
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return { ...env, ...variablesOf(meant), ...Object.fromEntries(set) };
}
