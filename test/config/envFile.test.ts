import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config';
import { readEnvFile } from '../../src/process';

const folder = mkdtempSync(join(tmpdir(), 'env-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, '.env');
function read(content: string | Buffer, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(path, content);
  return { file: readEnvFile(path, env), env };
}

describe('.env', () => {
  it('gives settings to a process, and tells which', () => {
    const { file, env } = read(
      '# a comment\nLAYERS_API_KEY=lp_test_1\nONBOARDING_LINK_SECRET="with # inside"\nEMPTY=\n',
    );
    expect(env).toEqual({ LAYERS_API_KEY: 'lp_test_1', ONBOARDING_LINK_SECRET: 'with # inside', EMPTY: '' });
    expect(file).toEqual({ file: path, variables: Object.keys(env) });
  });

  it('may come from Windows', () => {
    expect(read('\uFEFFFIRST=1\r\nSECOND=2\r\n').env).toEqual({ FIRST: '1', SECOND: '2' });
  });

  it('gives way to the environment, also to an empty value and to a secret from a file', () => {
    const env = { ADDRESS: 'there', EMPTY: '', KEY_FILE: '/run/secrets/key' };
    const { file } = read('ADDRESS=here\nEMPTY=full\nKEY=lp_test_1\nOTHER=1\n', env);
    expect(env).toEqual({ ADDRESS: 'there', EMPTY: '', KEY_FILE: '/run/secrets/key', OTHER: '1' });
    expect(file?.variables).toEqual(['OTHER']);
  });

  it('need not be there, and may be a folder of some other tool', () => {
    expect(readEnvFile(join(folder, 'nothing'), {})).toBeNull();
    mkdirSync(join(folder, 'tool'));
    expect(readEnvFile(join(folder, 'tool'), {})).toBeNull();
  });

  it('is refused where it is no text', () => {
    const utf16 = Buffer.from('\uFEFFLAYERS_API_KEY=lp_test_1\r\n', 'utf16le');
    expect(() => read(utf16)).toThrow(ConfigError);
    expect(() => read(utf16)).toThrow(/\.env .*cannot be read \(it is UTF-16; save it as UTF-8\)/);
  });
});
