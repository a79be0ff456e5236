import { startOnboarding } from '../../src/starter';
import { width } from '../../src/cli/show/text';
import { startEnvironment, type Environment } from './fixtures/environment';
import { inputFor } from './fixtures/input';
import { openScreen } from './fixtures/screen';
import { until } from './fixtures/until';

const NODE = [process.execPath, ['--import', 'tsx']] as const;

describe('the moving picture, on the screen of a terminal', () => {
  /** What is drawn must be all that stands below the line `ready`. */
  const frames = [
    'a\nb\nc',
    'a\ngrown here\nand here\nb\nc',
    'a\nb\nc\nd\ne',
    'only one',
    `${'wide '.repeat(30).trim()}\nb`,
    'é 日本\n👩🏽‍🎤 b\n\nlast',
    'a\nb\nc',
  ];

  test('is the last frame after each growth in the middle, and below a prompt', async () => {
    const [file, args] = NODE;
    const screen = openScreen(file, [...args, 'test/cli/fixtures/drawing.ts']);
    await screen.shows('ready');
    const draw = (frame: string | null): void => screen.type(`${JSON.stringify(frame)}\r`);
    const below = async (above: string[], frame: string): Promise<void> => {
      // a terminal breaks what is wider than itself
      const broken = frame.split('\n').flatMap((line) => line.match(/.{1,80}/gu) ?? ['']);
      const expected = [...above, ...broken.map((line) => line.trimEnd())];
      await until(async () => (await screen.lines()).join('\n') === expected.join('\n')).catch(async () =>
        expect(await screen.lines()).toEqual(expected),
      );
    };
    for (const frame of frames) {
      draw(frame);
      await below(['ready'], frame);
    }
    draw(null);
    draw('below\nx');
    draw('below\nbetween\nx');
    await below(['ready', 'a', 'b', 'c'], 'below\nbetween\nx');
    screen.kill('SIGKILL');
    await screen.ended;
  }, 120_000);

  test('shows the lower part of a picture that is too high, and leaves it whole', async () => {
    const [file, args] = NODE;
    const screen = openScreen(file, [...args, 'test/cli/fixtures/drawing.ts']);
    await screen.shows('ready');
    const high = (mark: string): string => Array.from({ length: 40 }, (_, line) => `${mark} ${line}`).join('\n');
    for (const mark of ['one', 'two']) screen.type(`${JSON.stringify(high(mark))}\r`);
    await screen.shows('two 39');
    expect(await screen.lines()).toEqual(high('two').split('\n').slice(-23));
    screen.type('null\r');
    await screen.shows('two 0');
    const all = await screen.all();
    expect(all.slice(all.indexOf('two 0'))).toEqual(high('two').split('\n'));
    screen.kill('SIGKILL');
    await screen.ended;
  }, 120_000);
});

test.each([
  ['👩🏽‍🎤', 2],
  ['🇩🇪', 2],
  ['1️⃣', 2],
  ['🫠', 2],
  ['🫶🏽', 2],
  ['👨‍👩‍👧‍👦', 2],
  ['❤️', 2],
  ['☕', 2],
  ['e\u0301', 1],
  ['日本', 4],
  ['✔ ⏸ ◌', 5],
])('%s takes %i columns', (text, columns) => {
  expect(width(text)).toBe(columns);
});

describe('Ctrl-C', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(() => environment.stop());

  test.each([
    ['watch', (customer: string) => ['watch', customer]],
    ['watch --plain', (customer: string) => ['watch', customer, '--plain']],
  ])(
    'in %s says goodbye and ends with 130',
    async (_, line) => {
      const input = inputFor({ stop: 'sleep' });
      const customer = input.project.customerExternalId;
      await startOnboarding(environment.client, input, { taskQueue: environment.taskQueue });
      const [file, args] = NODE;
      const { address: TEMPORAL_ADDRESS, namespace: TEMPORAL_NAMESPACE } = environment;
      const screen = openScreen(file, [...args, 'src/cli/main.ts', ...line(customer)], {
        TEMPORAL_ADDRESS,
        TEMPORAL_NAMESPACE,
      });
      await screen.shows(line(customer).includes('--plain') ? 'create project' : 'Ctrl-C detaches');
      screen.type('\u0003');
      expect(await screen.ended).toEqual({ exitCode: 130, signal: 0 });
      const shown = (await screen.all()).join('\n');
      expect(shown).toContain('Detached. The onboarding keeps running');
    },
    120_000,
  );
});
