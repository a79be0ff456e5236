import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../src/cli/exitCodes';
import { processIo, type Io } from '../../src/cli/io';
import { run } from '../../src/cli/main';
import { ConfigError, loadConfig } from '../../src/config';
import { commandLine, environment, fileBytes, WAITING } from '../arbitraries/texts';
import { LINK_SECRET, type Stage } from '../stage/stage';
import { expectNoSecret, expectQuiet } from '../stage/wellbeing';
import { target } from './target';

const ofThisProcess = processIo();

/** A process that is asked nothing and is interrupted when it does not end. */
function terminal(stage: Stage): { io: Io; said: () => string } {
  const said: string[] = [];
  const io: Io = {
    ...ofThisProcess,
    out: (text) => void said.push(text),
    err: (text) => void said.push(text),
    ...{ terminal: false, color: false, interactive: false, columns: () => 100 },
    confirm: () => Promise.resolve(false),
    readStdin: () => Promise.resolve(new Uint8Array()),
    env: {
      ONBOARDING_TASK_QUEUE: stage.taskQueue,
      ONBOARDING_PUBLIC_URL: stage.gateway.publicUrl,
      ONBOARDING_LINK_SECRET: LINK_SECRET,
    },
    userName: () => 'fuzz',
    onInterrupt(callback) {
      const timer = setTimeout(callback, 1_500);
      return () => clearTimeout(timer);
    },
  };
  return { io, said: () => said.join('\n') };
}

async function expectSensible(stage: Stage, args: string[]): Promise<string> {
  const { io, said } = terminal(stage);
  const { client } = stage;
  const connected = { client, connection: client.connection, close: () => Promise.resolve() };
  const code = await client.withDeadline(Date.now() + 20_000, () =>
    run(args, io, () => Promise.resolve(connected as never)),
  );
  const text = said();
  if (!Object.values(EXIT).some((known) => known === code)) throw new Error(`Exit code ${code}: ${text}`);
  if (/^ {4}at /m.test(text)) throw new Error(`A stack instead of a sentence: ${text.slice(0, 1_500)}`);
  if (/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u200b]/u.test(text))
    throw new Error(`Controls on the terminal: ${JSON.stringify(text.slice(0, 500))}`);
  expectNoSecret('the output', text);
  return text;
}

export const commands = target('commands', 'command lines of any words', 12, commandLine, async (stage, words) => {
  const handle = words.includes(WAITING) ? await stage.waiting.take('review') : null;
  await expectSensible(
    stage,
    words.map((word) => (word === WAITING ? (handle?.workflowId ?? '') : word)),
  );
  if (handle === null) return;
  await expectQuiet(handle);
  await handle.terminate('judged').catch(() => undefined);
});

export const files = target(
  'files',
  'input files in any encoding, right, wrong and cut off',
  12,
  fileBytes,
  async (stage, base64) => {
    const folder = mkdtempSync(join(tmpdir(), 'layers-onboarding-fuzz-'));
    try {
      const file = join(folder, 'input.json');
      writeFileSync(file, Buffer.from(base64, 'base64'));
      const text = await expectSensible(stage, ['start', file]);
      const [, workflowId] = /Started (\S+)\./.exec(text) ?? [];
      if (workflowId === undefined) return;
      const handle = stage.client.workflow.getHandle(workflowId);
      await expectQuiet(handle);
      await handle.terminate('judged').catch(() => undefined);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

export const settings = target('settings', 'environments of any text', 300, environment, (_, env) => {
  for (const process of ['worker', 'gateway', 'cli'] as const)
    try {
      loadConfig(process as 'worker', env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // What stands in another variable as well may be shown as that one's.
      const secrets = Object.entries(env).filter(
        ([name, text]) =>
          /KEY$|SECRET$/.test(name) &&
          text.length > 11 &&
          Object.values(env).filter((other) => other === text).length === 1,
      );
      const shown = secrets.find(([, text]) => error.message.includes(text));
      if (shown !== undefined) throw new Error(`The value of ${shown[0]} is shown: ${error.message}`);
    }
  return Promise.resolve();
});
