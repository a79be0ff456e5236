import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsFor } from '../../src/cli/show/commands';
import { renderFrame } from '../../src/cli/show/render';
import { startDetails } from '../../src/client/startTexts';
import { shellWord } from '../../src/contract/commands';
import type { OnboardingPlan } from '../../src/contract/plan';
import { validateInput } from '../../src/input';
import { renderDetails } from '../../src/workflows/status/details';
import { BLOCKED, blockedStatus, NOW, REVIEW, statusOf, stepsWith, viewOf } from './fixtures/views';

const HOSTILE = [
  'acme&touch pwned',
  'acme;touch${IFS}pwned;',
  "https://a.example/';touch pwned;'",
  '$(touch pwned)',
  '`touch pwned`',
  'a|touch pwned',
  'a\ntouch pwned',
  'a > pwned',
  '"; touch pwned; "',
  '\\',
  '~',
  '=ls',
  '*',
  '{a,b}',
  '-acme',
  '--yes',
  '-',
  'a  b',
  'a --step x',
  'acme\u202ecod',
  "\u0007';touch pwned;'",
  'é 日本 👩🏽‍🎤',
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a line in a real shell, with a program in place of ours that prints each argument; nothing else may happen. */
function pasted(line: string, program = 'layers-onboarding', shell = 'bash'): string[] {
  const print = `printf() { command printf "$@"; }\nthe_program() { for word; do printf '%s\\0' "$word"; done; }\n`;
  expect(line.startsWith(`${program} `)).toBe(true);
  const script = `${print}the_program ${line.slice(program.length)}`;
  const printed = execFileSync(shell, ['-c', script], { cwd: folder, encoding: 'utf8', env: { LC_ALL: 'C.UTF-8' } });
  expect(readdirSync(folder)).toEqual([]);
  return printed.split('\0').slice(0, -1);
}

test.each(HOSTILE)('a shell reads %j back as it was', (word) => {
  expect(pasted(`layers-onboarding status ${shellWord(word)}`)).toEqual(['status', word]);
  expect(() => pasted(`layers-onboarding status ${shellWord(word)}`, undefined, 'sh')).not.toThrow();
});

test.each(HOSTILE)('commands about %j', (hostile) => {
  const view = viewOf(statusOf(), { workflowId: hostile });
  const commands = commandsFor(view);
  const at = hostile.startsWith('-') ? ['--'] : [];
  expect(pasted(commands('watch'))).toEqual(['watch', ...at, hostile]);
  expect(pasted(commands('choose', [], [hostile]))).toEqual(['choose', ...at, hostile, hostile]);
});

/** Every command in Markdown for the Web UI, as it is shown and copied there. */
const inCode = (text: string): string[] =>
  [...text.matchAll(/(?<!`)(`+) ?(layers-onboarding .*?) ?\1(?!`)/g)].map(([, , command]) => command ?? '');

test.each(HOSTILE)('what the Web UI shows to copy of %j', (hostile) => {
  const status = { ...blockedStatus(), workflowId: hostile, blocked: [{ ...BLOCKED, item: hostile }] };
  const commands = inCode(renderDetails(status));
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const words = pasted(command);
    expect(words.at(words.indexOf('--item') + 1)).toBe(hostile);
    expect(words.includes(hostile)).toBe(true);
  }
});

test('what the Web UI shows from the start on', () => {
  const customer = { name: 'Acme', customerExternalId: 'acme', timezone: 'UTC' };
  const checked = validateInput({ project: customer }, { now: NOW, workflowId: null }) as { plan: OnboardingPlan };
  for (const hostile of HOSTILE) {
    const [command = ''] = inCode(startDetails(checked.plan, hostile));
    expect(pasted(command).at(-1)).toBe(hostile);
  }
});

test.each(HOSTILE)('what the picture shows to copy of %j, in one line or in several', (hostile) => {
  const blocked = [{ ...BLOCKED, item: hostile }, BLOCKED];
  for (const columns of [60, 400]) {
    const shown = renderFrame(viewOf({ ...blockedStatus(), blocked }), { now: NOW, columns });
    const [, first = ''] = /(layers-onboarding retry(?:.*\\\n)*.*)/.exec(shown) ?? [];
    const words = pasted(first);
    expect(words[words.indexOf('--item') + 1]).toBe(hostile);
  }
});

test.each(HOSTILE)('a choice called %j', (hostile) => {
  const candidate = {
    tiktokVideoId: hostile,
    author: null,
    caption: null,
    thumbnailUrl: null,
    imageCount: 1,
    views: 1,
  };
  const steps = stepsWith({ source: { state: 'waiting' } });
  const status = statusOf({ stage: 'source', attention: 'reviewer', choices: [candidate], steps, review: REVIEW });
  const frame = renderFrame(viewOf(status), { now: NOW, columns: 400 });
  const next = frame.split('\n').at(-1) ?? '';
  expect(pasted(next.replace(' Next: ', '')).at(-1)).toBe(hostile);
});
