import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MisconfiguredError, UnreachableError } from '../../src/client/errors';
import { connectClient, connectError, targetAt, temporalTarget } from '../../src/temporal/connect';
import { freePort } from '../../src/temporal/ports';

const noFile = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };

describe('where Temporal is', () => {
  it('is the local default unless the environment says otherwise', () => {
    expect(temporalTarget(noFile)).toMatchObject({
      address: 'localhost:7233',
      namespace: 'default',
      connectionOptions: { address: 'localhost:7233' },
    });
    expect(temporalTarget({ ...noFile, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' })).toMatchObject({
      address: 'localhost:7233',
      namespace: 'default',
    });
  });

  it('is what Temporal’s own variables say', () => {
    const env = {
      ...noFile,
      TEMPORAL_ADDRESS: 'acme.tmprl.cloud:7233',
      TEMPORAL_NAMESPACE: 'acme.prod',
      TEMPORAL_API_KEY: 'secret',
    };
    expect(temporalTarget(env)).toMatchObject({
      address: 'acme.tmprl.cloud:7233',
      namespace: 'acme.prod',
      connectionOptions: { address: 'acme.tmprl.cloud:7233', apiKey: 'secret', tls: true },
    });
  });

  it.each(['localhost:7233\r\n', ' "localhost:7233" ', 'localhost:7233'])('may be written %j', (TEMPORAL_ADDRESS) => {
    const target = temporalTarget({ ...noFile, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE: "'acme'\r" });
    expect(target).toMatchObject({ address: 'localhost:7233', namespace: 'acme' });
    expect(target.connectionOptions.address).toBe('localhost:7233');
  });

  it.each([
    ...['http://localhost:7233', 'https://acme.tmprl.cloud:7233', 'localhost:7233/', 'localhost:7233/path'],
    ...['dns:///localhost:7233', 'localhost:', 'localhost:port', 'localhost:99999', 'localhost:0', ':7233'],
    ...['me@localhost:7233', 'local host:7233', '::1:7233', 'localhost:7233,other:7233'],
  ])('is not %s, which is said at once', (TEMPORAL_ADDRESS) => {
    const read = () => temporalTarget({ ...noFile, TEMPORAL_ADDRESS });
    expect(read).toThrow(MisconfiguredError);
    expect(read).toThrow('TEMPORAL_ADDRESS must be HOST:PORT, without http:// and without a slash');
  });

  it.each(['temporal:7233', '10.0.0.7:7233', '[::1]:7233', 'temporal.acme.internal', 'my_service:1'])(
    'may be %s',
    (TEMPORAL_ADDRESS) => {
      expect(temporalTarget({ ...noFile, TEMPORAL_ADDRESS }).address).toBe(TEMPORAL_ADDRESS);
    },
  );

  it('is what a profile says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'));
    const TEMPORAL_CONFIG_FILE = join(folder, 'temporal.toml');
    writeFileSync(TEMPORAL_CONFIG_FILE, '[profile.stage]\naddress = "stage:7233"\nnamespace = "stage"\n');
    expect(temporalTarget({ TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE: 'stage' })).toMatchObject({
      address: 'stage:7233',
      namespace: 'stage',
    });
    expect(() => temporalTarget({ TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE: 'other' })).toThrow(MisconfiguredError);
    rmSync(folder, { recursive: true });
  });
});

describe('connecting', () => {
  it('says where Temporal was looked for and what to do when nobody answers', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const failed = connectClient(targetAt(address), { timeoutMs: 300 });
    await expect(failed).rejects.toThrow(UnreachableError);
    await expect(failed).rejects.toThrow(`Temporal does not answer at ${address} (TEMPORAL_ADDRESS). Is it running?`);
  });

  it('tells a wrong configuration from a server that is away', () => {
    const target = targetAt('127.0.0.1:1');
    expect(connectError(new TypeError('fn client_new.args[1].targetUrl: invalid port number'), target)).toBeInstanceOf(
      MisconfiguredError,
    );
    const refused = new Error(
      'tonic::transport::Error(Transport, ConnectError(Os { code: 111, message: "Connection refused" }))',
    );
    expect(connectError(refused, target)).toBeInstanceOf(UnreachableError);
    expect(connectError(refused, target).message).toMatch(/\(Connection refused\)$/);
  });
});

describe('a free port', () => {
  it('is the preferred one where it is free, else another', async () => {
    const port = await freePort();
    expect(await freePort(port)).toBe(port);
    const { createServer } = await import('node:net');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const other = await freePort(port);
    expect(other).not.toBe(port);
    expect(other).toBeGreaterThan(0);
    await new Promise((resolve) => server.close(resolve));
  });
});
