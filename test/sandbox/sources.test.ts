import { aProject, aSlideshow, DESCRIPTION, start } from './support';

describe('sources and hooks', () => {
  test('a portfolio of twelve slideshows; a keyword searches live; the limit ends at twenty', async () => {
    const at = await start();
    const id = await aProject(at, { appName: 'Acme Coffee' });
    const path = `/v1/projects/${id}/content/source-recommendations`;
    const { items, nextCursor, source } = (await at.get(`${path}?kind=slideshow`)).body;
    expect([items.length, source, nextCursor]).toEqual([12, 'portfolio', null]);
    expect(items[0]).toEqual({
      tiktokId: expect.stringMatching(/^73\d{17}$/),
      kind: 'slideshow',
      thumbnailUrl: expect.stringContaining('/media/sources/'),
      caption: expect.any(String),
      author: expect.stringMatching(/^@/),
      stats: {
        views: expect.any(Number),
        likes: expect.any(Number),
        comments: expect.any(Number),
        shares: expect.any(Number),
      },
      imageCount: expect.any(Number),
    });
    expect(new Set(items.map(({ tiktokId }: { tiktokId: string }) => tiktokId)).size).toBe(12);
    const again = (await at.get(`${path}?kind=slideshow`)).body.items;
    expect(again).toEqual(items);
    const live = (await at.get(`${path}?kind=slideshow&keyword=morning%20routine`)).body;
    expect([live.source, live.items.length]).toEqual(['live_search', 12]);
    expect(live.items[0].caption).toContain('morning routine');
    const kinds = (await at.get(path)).body.items.map(({ kind }: { kind: string }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['slideshow', 'video']));
    expect((await at.get(`${path}?limit=3`)).body.items).toHaveLength(3);
    expect((await at.get(`${path}?limit=21`)).status).toBe(422);
  });

  test('the portfolio may be empty, wait for the keywords, or hold a video', async () => {
    const recommended = async (at: Awaited<ReturnType<typeof start>>, id: string) =>
      (await at.get(`/v1/projects/${id}/content/source-recommendations?kind=slideshow`)).body.items;
    const empty = await start({ portfolio: 'empty' });
    const id = await aProject(empty);
    expect(await recommended(empty, id)).toEqual([]);
    expect(
      (await empty.get(`/v1/projects/${id}/content/source-recommendations?keyword=coffee`)).body.items,
    ).not.toEqual([]);

    const late = await start({ portfolio: 'after-keywords' });
    const waiting = await aProject(late, { appDescription: DESCRIPTION });
    expect(await recommended(late, waiting)).toEqual([]);
    late.clock.advance(270_000);
    expect(await recommended(late, waiting)).toHaveLength(12);

    const tricky = await start({ portfolio: 'tricky' });
    const { projectId, influencerId } = await aSlideshow(tricky);
    const [first, second] = await recommended(tricky, projectId);
    const path = `/v1/projects/${projectId}/content/slideshow-remix`;
    const refused = await tricky.post(path, { tiktokVideoId: first.tiktokId, influencerId });
    expect(refused.body.error.code).toBe('NOT_A_SLIDESHOW');
    expect((await tricky.post(path, { tiktokVideoId: second.tiktokId, influencerId })).status).toBe(202);
  });

  test('hooks need a name and a description', async () => {
    const at = await start();
    const id = await aProject(at);
    const refused = await at.get(`/v1/projects/${id}/content/hooks`);
    expect(refused.body.error.details).toEqual({ missingFields: ['appName', 'appDescription'] });
    await at.patch(`/v1/projects/${id}`, { appName: 'Acme Coffee', appDescription: DESCRIPTION });
    const { hooks } = (await at.get(`/v1/projects/${id}/content/hooks`)).body;
    expect(hooks).toHaveLength(20);
    expect(hooks[0]).toContain('\\n');
  });
});
