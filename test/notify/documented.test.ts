import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { signWebhook } from '../../src/layers/webhookSignature';
import { notificationBody } from '../../src/notify';

/** What docs/notifications.md tells receivers is what they get. */
const text = readFileSync('docs/notifications.md', 'utf8');
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)![1]!;

describe('docs/notifications.md', () => {
  it('shows a body that its schema takes', () => {
    const example: unknown = JSON.parse(block('json'));
    expect(notificationBody.parse(example)).toEqual(example);
  });

  it('has a row for every type, with its data', () => {
    for (const { shape } of notificationBody.options) {
      const [type] = shape.type.values;
      const row = text.split('\n').find((line) => line.startsWith(`| \`${type}\``));
      expect(row ?? `no row for ${type}`).toContain(type);
      if (row!.includes('the same')) continue;
      for (const field of Object.keys(shape.data.shape)) expect(row).toMatch(new RegExp(`\`${field}\\??\``));
    }
  });

  it('has code that tells a true signature from a false one', () => {
    const { outputText } = ts.transpileModule(`${block('ts')}\nexport { isFromOnboarding };`, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const exported: { isFromOnboarding?: (rawBody: Buffer, header: string, secret: string) => boolean } = {};
    new Function('exports', 'require', outputText)(exported, require);
    const check = exported.isFromOnboarding!;
    const body = Buffer.from('{"id":"1"}');
    const header = signWebhook(body, 'the secret');
    expect(check(body, header, 'the secret')).toBe(true);
    expect(check(body, header, 'another secret')).toBe(false);
    expect(check(Buffer.from('{"id":"2"}'), header, 'the secret')).toBe(false);
    expect(check(body, signWebhook(body, 'the secret', Date.now() - 301_000), 'the secret')).toBe(false);
    expect(check(body, '', 'the secret')).toBe(false);
  });
});
