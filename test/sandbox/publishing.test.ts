import { aProject, anAccount, aSlideshow, remix, type Running, start } from './support';

const tomorrow = '2026-05-02T12:00:00Z';

async function ready(options: Parameters<typeof start>[0] = {}) {
  const at = await start(options);
  const slideshow = await aSlideshow(at);
  const socialAccountId = await anAccount(at, slideshow.projectId);
  return { at, ...slideshow, socialAccountId, targets: [{ socialAccountId, mode: 'publish' }] };
}

const read = async (at: Running, id: string) => (await at.get(`/v1/scheduled-posts/${id}`)).body;

describe('schedule', () => {
  test('one post per target; two calls make two posts', async () => {
    const { at, containerId, projectId, socialAccountId, targets } = await ready();
    const instagram = await anAccount(at, projectId, 'instagram');
    const both = [...targets, { socialAccountId: instagram, mode: 'draft', captionOverride: 'Hi' }];
    const { status, body } = await at.post(`/v1/content/${containerId}/schedule`, {
      scheduledFor: tomorrow,
      targets: both,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      scheduledPostIds: [expect.stringMatching(/^sp_/), expect.stringMatching(/^sp_/)],
      gateStatus: 'queued',
      scheduledFor: '2026-05-02T12:00:00.000Z',
    });
    expect(await read(at, body.scheduledPostIds[0])).toMatchObject({
      ...{ containerId, socialAccountId, platform: 'tiktok', mode: 'publish', status: 'queued' },
      ...{ scheduledFor: '2026-05-02T12:00:00.000Z', attemptedAt: null, externalId: null, lastError: null },
    });
    await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets });
    expect(at.effects('post.created')).toHaveLength(3);
    const same = { idempotencyKey: 'one-intent' };
    await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets }, same);
    await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets }, same);
    expect(at.effects('post.created')).toHaveLength(4);
  });

  test.each([
    ['an offset', '2026-05-02T12:00:00+02:00'],
    ['a local time', '2026-05-02T12:00:00'],
    ['a date', '2026-05-02'],
    ['the past', '2026-05-01T11:00:00Z'],
  ])('refuses %s', async (_, scheduledFor) => {
    const { at, containerId, targets } = await ready();
    const { status, body } = await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor, targets });
    expect([status, body.error.code, body.error.details.issues[0].path]).toEqual([422, 'VALIDATION', 'scheduledFor']);
  });

  test('tolerates a clock that is half a minute off', async () => {
    const { at, containerId, targets } = await ready();
    const agoSeconds = (seconds: number) => new Date(at.clock.ms - seconds * 1_000).toISOString();
    const schedule = (scheduledFor: string) =>
      at.post(`/v1/content/${containerId}/schedule`, { scheduledFor, targets });
    expect((await schedule(agoSeconds(29))).status).toBe(200);
    expect((await schedule(agoSeconds(31))).status).toBe(422);
  });

  test('all targets or none', async () => {
    const { at, containerId, targets, socialAccountId } = await ready();
    const elsewhere = await anAccount(at, await aProject(at, { customerExternalId: 'other' }));
    const bad = [
      { socialAccountId: elsewhere, mode: 'publish' },
      { socialAccountId, mode: 'teleport' },
      { socialAccountId, mode: 'publish', captionOverride: 'x'.repeat(4001) },
      { socialAccountId, mode: 'publish', scheduledPostId: 'sp_mine' },
      { socialAccountId, mode: 'draft', tiktokMusic: { mode: 'auto' } },
      { socialAccountId, mode: 'publish', tiktokMusic: { mode: 'manual' } },
      { socialAccountId, mode: 'publish', shareReelToFeed: true },
    ];
    for (const target of bad) {
      const body = { scheduledFor: tomorrow, targets: [...targets, target] };
      const answer = await at.post(`/v1/content/${containerId}/schedule`, body);
      expect([answer.status, answer.body.error.code]).toEqual([422, 'VALIDATION']);
      expect(answer.body.error.details.issues[0].path).toMatch(/^targets\.1\./);
    }
    expect((await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets: [] })).status).toBe(
      422,
    );
    const many = Array(51).fill(targets[0]);
    expect(
      (await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets: many })).status,
    ).toBe(422);
    expect(at.effects('post.created')).toEqual([]);
  });

  test('only completed content', async () => {
    const { at, projectId, influencerId, targets } = await ready();
    const { containerId } = await remix(at, projectId, influencerId);
    expect((await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets })).status).toBe(
      422,
    );
  });
});

describe('a post', () => {
  async function scheduled(mode = 'publish') {
    const all = await ready();
    const targets = [{ ...all.targets[0], mode }];
    const { body } = await all.at.post(`/v1/content/${all.containerId}/schedule`, { scheduledFor: tomorrow, targets });
    return { ...all, id: body.scheduledPostIds[0] as string };
  }

  test('goes out at its time', async () => {
    const { at, id } = await scheduled();
    at.clock.ms = Date.parse(tomorrow) + 11_000;
    expect((await read(at, id)).status).toBe('queued');
    at.clock.advance(1_000);
    expect(await read(at, id)).toMatchObject({ status: 'publishing', attemptedAt: '2026-05-02T12:00:12.000Z' });
    at.clock.advance(6_000);
    expect(await read(at, id)).toMatchObject({
      status: 'published',
      publishedAt: '2026-05-02T12:00:18.000Z',
      externalId: expect.any(String),
      externalUrl: expect.stringMatching(/^https:/),
    });
    const late = await at.delete(`/v1/scheduled-posts/${id}`);
    expect([late.status, late.body.error.code]).toEqual([409, 'CONFLICT']);
  });

  test('as a draft ends as a draft, on a dead account as failed', async () => {
    const draft = await scheduled('draft');
    draft.at.clock.ms = Date.parse(tomorrow) + 60_000;
    expect(await read(draft.at, draft.id)).toMatchObject({ status: 'draft', publishedAt: null, externalId: null });
    const dead = await scheduled();
    await dead.at.patch(`/_sandbox/accounts/${dead.socialAccountId}`, { status: 'reauth_required' });
    dead.at.clock.ms = Date.parse(tomorrow) + 60_000;
    expect(await read(dead.at, dead.id)).toMatchObject({ status: 'failed', lastError: { code: 'CREDENTIAL_INVALID' } });
  });

  test('can be moved and cancelled while it is queued, cancelled once', async () => {
    const { at, id, projectId } = await scheduled();
    const moved = await at.post(`/v1/scheduled-posts/${id}/reschedule`, { scheduledFor: '2026-05-03T12:00:00Z' });
    expect(moved.body).toMatchObject({ id, status: 'queued', scheduledFor: '2026-05-03T12:00:00.000Z' });
    expect(
      (await at.post(`/v1/scheduled-posts/${id}/reschedule`, { scheduledFor: '2026-04-03T12:00:00Z' })).status,
    ).toBe(422);
    at.clock.ms = Date.parse(tomorrow) + 60_000;
    expect((await read(at, id)).status).toBe('queued');
    const canceled = await at.delete(`/v1/scheduled-posts/${id}`, { reason: 'changed our mind' });
    expect(canceled.body).toEqual({ id, status: 'canceled', canceledAt: expect.any(String) });
    expect((await at.delete(`/v1/scheduled-posts/${id}`)).status).toBe(409);
    expect(
      (await at.post(`/v1/scheduled-posts/${id}/reschedule`, { scheduledFor: '2026-05-04T12:00:00Z' })).status,
    ).toBe(409);
    expect((await at.get(`/v1/projects/${projectId}/scheduled-posts?status=canceled`)).body.items).toHaveLength(1);
    at.clock.ms = Date.parse('2026-05-04T00:00:00Z');
    expect((await read(at, id)).status).toBe('canceled');
  });

  test('is cancelled with its account and its project', async () => {
    const one = await scheduled();
    expect((await one.at.delete(`/v1/social-accounts/${one.socialAccountId}`)).body.canceledScheduledPosts).toBe(1);
    expect((await read(one.at, one.id)).status).toBe('canceled');
    const two = await scheduled();
    expect((await two.at.delete(`/v1/projects/${two.projectId}`)).body.canceledScheduledPosts).toBe(1);
    expect((await read(two.at, two.id)).status).toBe('canceled');
  });

  test('lists by account and inclusive time, latest first', async () => {
    const { at, containerId, projectId, targets, socialAccountId } = await ready();
    for (const hour of ['08', '10', '09'])
      await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: `2026-05-02T${hour}:00:00Z`, targets });
    const list = async (query: string) =>
      (await at.get(`/v1/projects/${projectId}/scheduled-posts?${query}`)).body.items.map(
        ({ scheduledFor }: { scheduledFor: string }) => scheduledFor.slice(11, 13),
      );
    expect(await list('')).toEqual(['10', '09', '08']);
    expect(await list('since=2026-05-02T09:00:00Z&until=2026-05-02T10:00:00Z')).toEqual(['10', '09']);
    expect(await list(`socialAccountId=${socialAccountId}&status=queued&status=published`)).toHaveLength(3);
    expect(await list('socialAccountId=sa_00000000-0000-4000-8000-000000000000')).toEqual([]);
    expect((await at.get(`/v1/projects/${projectId}/scheduled-posts?limit=101`)).status).toBe(422);
  });
});

describe('review at Layers', () => {
  async function pending(options: Parameters<typeof start>[0] = {}) {
    const all = await ready(options);
    await all.at.patch(`/v1/projects/${all.projectId}/content-review-policy`, { policy: 'review_all' });
    const { containerId } = await remix(all.at, all.projectId, all.influencerId);
    all.at.clock.advance(90_000);
    return { ...all, containerId };
  }

  test('the policy and its bounds', async () => {
    const { at, projectId } = await ready();
    const path = `/v1/projects/${projectId}/content-review-policy`;
    expect((await at.get(path)).body).toEqual({ projectId, policy: 'auto_approve', pendingCount: 0 });
    for (const body of [
      { policy: 'review_first_n' },
      { policy: 'review_all', firstN: 3 },
      { policy: 'review_first_n', firstN: 51 },
    ])
      expect((await at.patch(path, body)).status).toBe(422);
    expect((await at.patch(path, { policy: 'review_first_n', firstN: 2 })).body).toMatchObject({
      policy: 'review_first_n',
      firstN: 2,
    });
  });

  test('approve once; publishing waits for it', async () => {
    const { at, containerId, targets, projectId } = await pending();
    expect((await at.get(`/v1/content/${containerId}`)).body.approvalStatus).toBe('pending');
    expect((await at.get(`/v1/projects/${projectId}/content-review-policy`)).body.pendingCount).toBe(1);
    const refused = await at.post(`/v1/content/${containerId}/publish`, { targets });
    expect(refused.body.error).toMatchObject({
      code: 'APPROVAL_REQUIRED',
      details: { containerId, approvalStatus: 'pending' },
    });
    expect(refused.status).toBe(403);
    const approved = await at.post(`/v1/content/${containerId}/approve`, { note: 'fine' });
    expect(approved.body).toEqual({
      id: containerId,
      approvalStatus: 'approved',
      approvedAt: expect.any(String),
      approvedBy: expect.stringMatching(/^api_key_/),
    });
    const again = await at.post(`/v1/content/${containerId}/approve`);
    expect([again.status, again.body.error.details.approvalStatus]).toEqual([409, 'approved']);
    expect((await at.post(`/v1/content/${containerId}/reject`, { reason: 'late' })).status).toBe(409);
    expect((await at.post(`/v1/content/${containerId}/publish`, { targets })).status).toBe(200);
  });

  test('a schedule before the approval is kept and becomes posts with it', async () => {
    const { at, containerId, targets } = await pending();
    const stashed = await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets });
    expect([stashed.status, stashed.body.gateStatus]).toEqual([202, 'blocked_on_approval']);
    expect(at.effects('post.created')).toEqual([]);
    const { pendingSchedulePromotion } = (await at.post(`/v1/content/${containerId}/approve`)).body;
    expect(pendingSchedulePromotion).toEqual({ status: 'ok', scheduledPostIds: [expect.stringMatching(/^sp_/)] });
    expect((await read(at, pendingSchedulePromotion.scheduledPostIds[0])).status).toBe('queued');
  });

  test('the approval stands where the kept schedule can no longer be carried out', async () => {
    const { at, containerId, targets, socialAccountId } = await pending();
    await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets });
    await at.delete(`/v1/social-accounts/${socialAccountId}`);
    const { body } = await at.post(`/v1/content/${containerId}/approve`);
    expect(body).toMatchObject({ approvalStatus: 'approved', pendingSchedulePromotion: { status: 'failed' } });
    expect(at.effects('post.created')).toEqual([]);
  });

  test('or a schedule before the approval is refused, where the sandbox is told so', async () => {
    const { at, containerId, targets } = await pending({ pendingSchedule: 'refuse' });
    const { status, body } = await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets });
    expect([status, body.error.code]).toEqual([403, 'APPROVAL_REQUIRED']);
  });

  test('a rejection is final', async () => {
    const { at, containerId, targets } = await pending();
    expect((await at.post(`/v1/content/${containerId}/reject`, {})).status).toBe(422);
    const rejected = await at.post(`/v1/content/${containerId}/reject`, { reason: 'off brand' });
    expect(rejected.body).toMatchObject({ approvalStatus: 'rejected', reason: 'off brand' });
    const scheduled = await at.post(`/v1/content/${containerId}/schedule`, { scheduledFor: tomorrow, targets });
    expect([scheduled.status, scheduled.body.error.code]).toEqual([409, 'CONTENT_REJECTED']);
    expect((await at.post(`/v1/content/${containerId}/approve`)).status).toBe(409);
  });

  test('what needs no review cannot be decided; what is unfinished neither', async () => {
    const { at, containerId, projectId, influencerId } = await ready();
    const none = await at.post(`/v1/content/${containerId}/approve`);
    expect([none.status, none.body.error.details.approvalStatus]).toEqual([409, 'not_required']);
    await at.patch(`/v1/projects/${projectId}/content-review-policy`, { policy: 'review_all' });
    const running = await remix(at, projectId, influencerId);
    expect((await at.post(`/v1/content/${running.containerId}/approve`)).status).toBe(409);
  });

  test('first-N counts whatever left pending, either way', async () => {
    const { at, projectId, influencerId } = await ready();
    await at.patch(`/v1/projects/${projectId}/content-review-policy`, { policy: 'review_first_n', firstN: 2 });
    const statuses: string[] = [];
    for (const decision of ['approve', 'reject', 'none']) {
      const { containerId } = await remix(at, projectId, influencerId);
      at.clock.advance(90_000);
      statuses.push((await at.get(`/v1/content/${containerId}`)).body.approvalStatus);
      if (decision !== 'none')
        await at.post(`/v1/content/${containerId}/${decision}`, decision === 'reject' ? { reason: 'no' } : {});
    }
    expect(statuses).toEqual(['pending', 'pending', 'not_required']);
  });
});
