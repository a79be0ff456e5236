import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNamed } from '../../src/cli/files';
import { decodeText } from '../../src/cli/verbs/parts/encoding';

const JSON_TEXT = '{\n  "name": "Café Zoë"\n}';

test('UTF-8, with or without its mark', () => {
  expect(decodeText(Buffer.from(JSON_TEXT), 'a.json')).toBe(JSON_TEXT);
  expect(decodeText(Buffer.from(`\ufeff${JSON_TEXT}`), 'a.json')).toBe(JSON_TEXT);
  expect(decodeText(Buffer.from(''), 'a.json')).toBe('');
});

test.each([
  [
    'Latin-1',
    Buffer.from(JSON_TEXT, 'latin1'),
    'a.json is not UTF-8: line 2 has bytes of another encoding, perhaps Latin-1',
  ],
  ['UTF-16 with its mark', Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le'), 'a.json is UTF-16'],
  ['UTF-16, big end first', Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le').swap16(), 'a.json is UTF-16'],
  ['UTF-16 without a mark', Buffer.from(JSON_TEXT, 'utf16le'), 'a.json is UTF-16'],
])('%s is refused by its name', (_, bytes, message) => {
  expect(() => decodeText(bytes, 'a.json')).toThrow(message);
});

describe('a relative path', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'files-'));
    mkdirSync(join(root, 'examples'));
    writeFileSync(join(root, 'examples', 'acme.json'), 'in examples');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('is looked for where `npm run` was typed, then in the folder of the package', async () => {
    const env = { npm_lifecycle_event: 'cli', INIT_CWD: join(root, 'examples') };
    expect(String(await readNamed('acme.json', env, root))).toBe('in examples');
    expect(String(await readNamed('examples/acme.json', env, root))).toBe('in examples');
    await expect(readNamed('none.json', env, root)).rejects.toThrow(`in ${root}/examples, nor in ${root}`);
  });

  test('means this folder where npm is not involved', async () => {
    await expect(readNamed('acme.json', { INIT_CWD: join(root, 'examples') }, root)).rejects.toThrow(
      `ENOENT: no such file in ${root}`,
    );
  });
});
