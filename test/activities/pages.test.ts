import type { Listed } from '../../src/contract/activities';
import { activities, as, attempt, onlyPage, waiting } from './support';

/** Lists: one page per attempt, the largest there is, and where the next one begins. */

const createdAt = '2026-11-01T10:00:00Z';
const since = '2026-11-01T00:00:00.000Z';
const project = { id: 'prj_1', status: 'active', customerExternalId: 'acme', createdAt };
const media = { id: 'med_1', kind: 'logo', url: 'https://cdn.example/l.png', createdAt };
const influencer = { influencerId: 'inf_1', status: 'ready', createdAt };
const content = { id: 'cnt_1', projectId: 'prj_1', status: 'completed', createdAt };
const account = { socialAccountId: 'sa_1', platform: 'tiktok', status: 'connected' };
const post = {
  id: 'sp_1',
  containerId: 'cnt_1',
  socialAccountId: 'sa_1',
  mode: 'publish',
  status: 'queued',
  scheduledFor: createdAt,
  createdAt,
};

type Reads = ReturnType<typeof activities>['reads'];
const lists: [string, object, (reads: Reads, cursor?: string) => Promise<Listed<object>>, string][] = [
  [
    'projects',
    project,
    (reads, cursor) => attempt(reads.findProjects, { as, customerExternalId: 'acme', cursor }),
    'limit=200',
  ],
  ['media', media, (reads, cursor) => attempt(reads.listAppMedia, { as, projectId: 'prj_1', cursor }), ''],
  [
    'influencers',
    influencer,
    (reads, cursor) => attempt(reads.listInfluencers, { as, projectId: 'prj_1', cursor }),
    'limit=100',
  ],
  [
    'content',
    content,
    (reads, cursor) => attempt(reads.listContent, { as, projectId: 'prj_1', since, cursor }),
    'limit=200',
  ],
  [
    'accounts',
    account,
    (reads, cursor) => attempt(reads.listSocialAccounts, { as, projectId: 'prj_1', cursor }),
    'limit=200',
  ],
  [
    'posts',
    post,
    (reads, cursor) => attempt(reads.listScheduledPosts, { as, projectId: 'prj_1', since, cursor }),
    'limit=100',
  ],
];

describe.each(lists)('%s', (_, item, list, limit) => {
  const asked = async (body: unknown, cursor?: string) => {
    const { pool, reads } = activities();
    let path = '';
    pool.intercept({ path: /^\/v1/, method: 'GET' }).reply((sent) => {
      ({ path } = sent);
      return { statusCode: 200, data: body as object };
    });
    return { listed: await list(reads, cursor), path };
  };

  test('the last page is what is in it, in every form of an end', async () => {
    for (const end of [{}, { nextCursor: null }, { nextCursor: '' }]) {
      const { listed, path } = await asked({ items: [item], total: 1, ...end });
      expect(onlyPage(listed)).toHaveLength(1);
      expect(path).toContain(limit);
      expect(path).not.toContain('cursor');
    }
  });

  test('another page says where the next one begins', async () => {
    const { listed, path } = await asked({ items: [item], nextCursor: 'a/b+c=' }, 'x&y=1');
    expect(listed).toMatchObject({ nextCursor: 'a/b+c=', items: [expect.anything()] });
    expect(new URL(path, 'https://layers.test').searchParams.get('cursor')).toBe('x&y=1');
    expect((await asked({ items: [item], nextCursor: 2 })).listed).toMatchObject({ nextCursor: '2' });
  });

  test.each([
    [{ items: null, nextCursor: null }],
    [{ items: [], nextCursor: null }],
    [{ nextCursor: null }],
    [{ total: 0, hasMore: false }],
    [{}],
    [[]],
    [{ items: [null] }],
  ])('%j is empty', async (body) => expect(onlyPage((await asked(body)).listed)).toEqual([]));

  test('a member that is null is none, and fields nobody knows are ignored', async () => {
    const { listed } = await asked({ items: [null, { ...item, brandNew: { a: [1] } }], links: { self: '/' } });
    expect(onlyPage(listed)).toHaveLength(1);
    expect(JSON.stringify(listed)).not.toContain('brandNew');
  });

  test.each([[{ message: 'Down for maintenance' }], [{ data: [] }], [{ items: 'none' }], ['none'], [7]])(
    '%j is no list, and nothing is made for it',
    async (body) => expect(asked(JSON.stringify(body))).rejects.toMatchObject({ type: 'UnexpectedResponse' }),
  );
});

test('a wait is about the page that it asks for', async () => {
  const { pool, reads } = activities();
  pool
    .intercept({ path: /influencers/, method: 'GET' })
    .reply(200, { items: [{ ...influencer, status: 'training' }], nextCursor: 'c' });
  const args = { as, projectId: 'prj_1', wait: waiting(1_000) };
  await expect(attempt(reads.listInfluencers, args)).rejects.toMatchObject({ type: 'NotReady' });
});
