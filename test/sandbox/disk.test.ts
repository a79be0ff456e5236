import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aProject, eventually, PROJECT, start } from './support';

let folder: string;
let dataFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-disk-'));
  dataFile = join(folder, 'sandbox.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writing there fails as on a full disk, with the system's own ENOSPC. */
const FULL = '/dev/full';
const onAFullDisk = existsSync(FULL) ? describe : describe.skip;

onAFullDisk('a full disk', () => {
  test('refuses requests with 507 and does nothing of them, until there is room again', async () => {
    const lines: string[] = [];
    const at = await start({ dataFile, log: (line) => lines.push(line) });
    await aProject(at, { customerExternalId: 'before' });
    const ledger = `${dataFile}.ledger`;
    const sofar = readFileSync(ledger);
    rmSync(ledger);
    symlinkSync(FULL, ledger);

    const refused = await at.post('/v1/projects', { ...PROJECT, customerExternalId: 'full' });
    expect([refused.status, refused.body.error.code]).toEqual([507, 'INTERNAL']);
    expect((await at.get('/v1/whoami')).status).toBe(507);
    expect(at.effects('project.created')).toHaveLength(1);
    expect(lines.filter((line) => line.includes('ENOSPC'))).toEqual([expect.stringContaining(ledger)]);

    rmSync(ledger);
    writeFileSync(ledger, sofar);
    await aProject(at, { customerExternalId: 'after' });
    expect(lines.at(-1)).toContain('is written again');
    await at.sandbox.close();
    const again = await start({ dataFile });
    expect(again.effects('project.created').map(({ customerExternalId }) => customerExternalId)).toEqual([
      'before',
      'after',
    ]);
    const seqs = again.sandbox.ledger().map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
  });

  test('that fills while a request is under way loses no line of it', async () => {
    const at = await start({ dataFile });
    await at.post('/_sandbox/faults', { id: 'gate', match: { path: '^/v1/projects$' }, action: { kind: 'hold' } });
    const answer = at.post('/v1/projects', PROJECT);
    await eventually(() => expect(at.requests()[0]?.faults).toEqual(['gate:hold']));
    const ledger = `${dataFile}.ledger`;
    const sofar = readFileSync(ledger);
    rmSync(ledger);
    symlinkSync(FULL, ledger);
    await at.delete('/_sandbox/faults/gate');
    expect((await answer).status).toBe(201);
    rmSync(ledger);
    writeFileSync(ledger, sofar);
    expect((await at.get('/v1/whoami')).status).toBe(200);
    await at.sandbox.close();
    const again = await start({ dataFile });
    expect(again.effects('project.created')).toHaveLength(1);
    expect(again.requests().map(({ status }) => status)).toEqual([201, 200]);
  });

  test('lets the snapshot wait, and the sandbox goes on', async () => {
    const lines: string[] = [];
    const at = await start({ dataFile, log: (line) => lines.push(line) });
    await aProject(at, { customerExternalId: 'before' });
    await eventually(() => expect(readFileSync(dataFile, 'utf8')).toContain('before'));
    symlinkSync(FULL, `${dataFile}.tmp`);
    await aProject(at, { customerExternalId: 'full' });
    await eventually(() => expect(lines).toEqual([expect.stringMatching(/sandbox\.json cannot be written.*ENOSPC/)]));
    expect(JSON.parse(readFileSync(dataFile, 'utf8')).version).toBe(1);
    rmSync(`${dataFile}.tmp`);
    await eventually(() => expect(readFileSync(dataFile, 'utf8')).toContain('full'));
    expect(lines.at(-1)).toContain('is written again');
  });
});

describe('a file that is no snapshot', () => {
  const whole = JSON.stringify({ version: 1, projects: { prj_1: { id: 'prj_1', name: 'Acme' } } });
  test.each([
    ['cut off', whole.slice(0, 40), 'not whole'],
    ['empty', '', 'empty'],
    ['null', 'null', 'not whole'],
    ['of another kind', '[1]', 'version undefined'],
    ['damaged within', '{"version":1,"projects":"none"}', 'projects is damaged'],
    ['of NULs, as after a power cut', '\u0000'.repeat(200), 'not whole'],
  ])('(%s) is named, with the way out', async (_, text, cause) => {
    writeFileSync(dataFile, text);
    const failed = await start({ dataFile }).catch((error: Error) => error);
    expect(failed).toMatchObject({ name: 'UnreadableSnapshot' });
    const { message } = failed as Error;
    expect(message).toContain(`${dataFile} cannot be read`);
    expect(message).toContain(cause);
    expect(message).toContain(`Delete it together with ${dataFile}.ledger`);
  });
});
