import { Agent, request } from 'undici';
import { aProject, eventually, PROJECT, start } from './support';

const key = 'b0a3f1a2-7b18-4c4b-9b2a-d7a3f8b1c210';

describe('Idempotency-Key', () => {
  test('the same body replays the answer verbatim, in whatever order its fields stand', async () => {
    const { post, effects, requests } = await start();
    const first = await post('/v1/projects', PROJECT, { idempotencyKey: key });
    const { name, ...rest } = PROJECT;
    const second = await post('/v1/projects', { ...rest, name }, { idempotencyKey: key });
    expect(second.text).toBe(first.text);
    expect(second.status).toBe(201);
    expect(effects('project.created')).toHaveLength(1);
    expect(requests().map(({ replayed }) => replayed)).toEqual([false, true]);
  });

  test('another body is a conflict; without a key everything is new', async () => {
    const { post } = await start();
    await post('/v1/projects', PROJECT, { idempotencyKey: key });
    const other = await post('/v1/projects', { ...PROJECT, name: 'Other' }, { idempotencyKey: key });
    expect([other.status, other.body.error.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    const again = await post('/v1/projects', PROJECT, { idempotencyKey: key });
    expect(again.status).toBe(201);
    const { customerExternalId: _, ...anonymous } = PROJECT;
    const [one, two] = [await post('/v1/projects', anonymous), await post('/v1/projects', anonymous)];
    expect(one.body.id).not.toBe(two.body.id);
  });

  test('belongs to one API key and one endpoint', async () => {
    const at = await start();
    const { body: mine } = await at.post('/v1/projects', { name: 'Acme', timezone: 'UTC' }, { idempotencyKey: key });
    const rotated = await at.post(
      '/v1/projects',
      { name: 'Acme', timezone: 'UTC' },
      { idempotencyKey: key, key: 'lp_test_acme_2' },
    );
    expect(rotated.body.id).not.toBe(mine.id);
    const elsewhere = await at.post(`/v1/projects/${mine.id}/influencers`, {}, { idempotencyKey: key });
    expect(elsewhere.status).toBe(202);
  });

  test('is forgotten after its window, counted from the first request', async () => {
    const at = await start({ replay: { windowMs: 60_000 } });
    const body = { name: 'Acme', timezone: 'UTC' };
    const first = await at.post('/v1/projects', body, { idempotencyKey: key });
    at.clock.advance(59_000);
    expect((await at.post('/v1/projects', body, { idempotencyKey: key })).body.id).toBe(first.body.id);
    at.clock.advance(1_000);
    expect((await at.post('/v1/projects', body, { idempotencyKey: key })).body.id).not.toBe(first.body.id);
  });

  test('a second request in flight gets the answer of the first', async () => {
    const at = await start({ durations: { mediaMs: 50 } });
    const id = await aProject(at);
    const body = { kind: 'screenshot', url: 'https://cdn.acme.example/home.png' };
    const both = await Promise.all(
      [1, 2, 3].map(() => at.post(`/v1/projects/${id}/app-media`, body, { idempotencyKey: key })),
    );
    expect(new Set(both.map(({ text }) => text)).size).toBe(1);
    expect(at.effects('media.created')).toHaveLength(1);
  });

  test('or a conflict, where the sandbox is told so', async () => {
    const at = await start({ durations: { mediaMs: 50 }, replay: { inFlight: 'conflict' } });
    const id = await aProject(at);
    const body = { kind: 'screenshot', url: 'https://cdn.acme.example/home.png' };
    const upload = () => at.post(`/v1/projects/${id}/app-media`, body, { idempotencyKey: key });
    const [first, second] = await Promise.all([upload(), upload()]);
    expect([first.status, second.status].sort()).toEqual([201, 409]);
  });

  test('a refusal stays under its key unless told otherwise', async () => {
    const strict = await start();
    const id = await aProject(strict);
    const refused = await strict.post('/v1/projects', PROJECT, { idempotencyKey: key });
    expect(refused.status).toBe(409);
    await strict.patch(`/v1/projects/${id}`, { customerExternalId: 'moved' });
    expect((await strict.post('/v1/projects', PROJECT, { idempotencyKey: key })).text).toBe(refused.text);

    const lenient = await start({ replay: { storeErrors: [] } });
    const other = await aProject(lenient);
    await lenient.post('/v1/projects', PROJECT, { idempotencyKey: key });
    await lenient.patch(`/v1/projects/${other}`, { customerExternalId: 'moved' });
    expect((await lenient.post('/v1/projects', PROJECT, { idempotencyKey: key })).status).toBe(201);
  });

  test('a client that goes away does not undo its request: the effect and the answer stay', async () => {
    const at = await start({ durations: { mediaMs: 80 } });
    const id = await aProject(at);
    const body = JSON.stringify({ kind: 'screenshot', url: 'https://cdn.acme.example/home.png' });
    const leaving = new AbortController();
    const headers = {
      authorization: 'Bearer lp_test_acme_1',
      'idempotency-key': key,
      'content-type': 'application/json',
    };
    const path = `/v1/projects/${id}/app-media`;
    const dispatcher = new Agent();
    const gone = request(at.sandbox.url + path, { method: 'POST', headers, body, signal: leaving.signal, dispatcher });
    await eventually(() => expect(at.requests()).toHaveLength(2));
    leaving.abort();
    await expect(gone).rejects.toThrow();
    await eventually(() => expect(at.effects('media.created')).toHaveLength(1));
    const again = await at.post(path, body, { idempotencyKey: key });
    expect(again.status).toBe(201);
    expect(at.effects('media.created')).toHaveLength(1);
    await dispatcher.close();
  });
});
