import { aProject, start } from './support';

const CDN = 'https://cdn.acme.example';

describe('app media', () => {
  test('logo and end-card replace, screenshots and demo videos append', async () => {
    const at = await start();
    const id = await aProject(at);
    const path = `/v1/projects/${id}/app-media`;
    const upload = async (kind: string, file: string) => (await at.post(path, { kind, url: `${CDN}/${file}` })).body;
    const logo = await upload('logo', 'one.svg');
    expect(logo).toEqual({
      id: expect.stringMatching(/^med_/),
      kind: 'logo',
      url: `${CDN}/one.svg`,
      mimeType: 'image/svg+xml',
      byteSize: expect.any(Number),
      createdAt: '2026-05-01T12:00:00.000Z',
    });
    const second = await upload('logo', 'two.png');
    for (const file of ['a.png', 'a.png', 'b.heic']) await upload('screenshot', file);
    await upload('demo-video', 'demo.mov');
    const items = (await at.get(path)).body.items as { id: string; kind: string }[];
    expect(items.map(({ kind }) => kind).sort()).toEqual([
      'demo-video',
      'logo',
      'screenshot',
      'screenshot',
      'screenshot',
    ]);
    expect(items.find(({ kind }) => kind === 'logo')?.id).toBe(second.id);
    expect((await at.get(`${path}?kind=screenshot`)).body.items).toHaveLength(3);

    expect((await at.delete(`${path}/${second.id}`)).body).toEqual({ id: second.id, deleted: true });
    expect((await at.delete(`${path}/${second.id}`)).status).toBe(404);
    expect((await at.delete(`${path}/nonsense`)).status).toBe(422);
    expect((await at.get(`${path}?kind=logo`)).body.items).toEqual([]);
  });

  test.each([
    ['logo', `${CDN}/logo.heic`],
    ['screenshot', `${CDN}/shot.svg`],
    ['demo-video', `${CDN}/demo.png`],
    ['end-card', `${CDN}/card`],
    ['banner', `${CDN}/banner.png`],
    ['logo', `${CDN}/logo.png?size=5242881`],
    ['screenshot', `${CDN}/gone.png?status=404`],
    ['logo', 'not a url'],
    ['logo', 'http://cdn.acme.example/logo.png'],
    ['logo', 'ftp://cdn.acme.example/logo.png'],
    ['logo', 'https://localhost/logo.png'],
    ['logo', 'https://127.0.0.1/logo.png'],
    ['logo', 'https://2130706433/logo.png'],
    ['logo', 'https://0x7f.1/logo.png'],
    ['logo', 'https://10.1.2.3/logo.png'],
    ['logo', 'https://172.31.0.1/logo.png'],
    ['logo', 'https://192.168.1.1/logo.png'],
    ['logo', 'https://169.254.169.254/logo.png'],
    ['logo', 'https://[::1]/logo.png'],
    ['logo', 'https://[::ffff:10.0.0.1]/logo.png'],
    ['logo', 'https://[fd00::1]/logo.png'],
    ['logo', 'https://[fe80::1]/logo.png'],
    ['logo', 'https://metadata.google.internal/logo.png'],
    ['logo', 'https://printer.local/logo.png'],
    ['logo', 'https://intranet/logo.png'],
  ])('a %s from %s is refused', async (kind, url) => {
    const at = await start();
    const { status, body } = await at.post(`/v1/projects/${await aProject(at)}/app-media`, { kind, url });
    expect([status, body.error.code]).toEqual([422, 'VALIDATION']);
    expect(at.effects('media.created')).toEqual([]);
  });

  test.each(['https://172.32.0.1/a.png', 'https://8.8.8.8/a.png', 'https://[2606:4700::1111]/a.png'])(
    '%s is public',
    async (url) => {
      const at = await start();
      expect((await at.post(`/v1/projects/${await aProject(at)}/app-media`, { kind: 'logo', url })).status).toBe(201);
    },
  );

  test('the download takes its time within the request', async () => {
    const at = await start({ durations: { mediaMs: 60 } });
    const id = await aProject(at);
    const startedAt = performance.now();
    await at.post(`/v1/projects/${id}/app-media`, { kind: 'logo', url: `${CDN}/logo.png` });
    expect(performance.now() - startedAt).toBeGreaterThan(55);
  });
});
