import type { OnboardingInput, ProjectInput } from '../../src/contract/input';
import { effects, openStack, requests, until, untilStatus, withStack } from '../support/environment';
import { acmeCoffee, newCustomer } from '../support/inputs';
import { approve, retry } from '../support/people';
import { failureOf, statusOf, stepOf, untilBlocked, untilReview, untilStep } from '../support/status';
import { bend, customerOf, existingAccount, existingProject, partner, quickest, toConnect } from '../support/steering';
import { tamperingProxy } from '../support/tampering';

/** A customer who is at Layers already: what is there is used, completed where it is empty, and never overwritten. */
describe('adopting what is there', () => {
  const stack = withStack();

  const minimal = (): ProjectInput => ({
    name: 'Acme',
    customerExternalId: newCustomer(),
    timezone: 'America/Los_Angeles',
  });
  const created = (input: OnboardingInput): number =>
    effects(stack.sandbox, 'project.created', customerOf(input)).length;
  const patched = (input: OnboardingInput): unknown[] =>
    effects(stack.sandbox, 'project.patched', customerOf(input)).map(({ data }) => data!.fields);

  it.concurrent(
    'an adopted project is filled where it is empty, left as it is elsewhere, and what differs is said',
    async () => {
      const there = minimal();
      const projectId = await existingProject(stack.sandbox, { ...there, tagline: 'Their own words.' });
      const input = quickest();
      input.project = { ...input.project, customerExternalId: there.customerExternalId, metadata: { plan: 'gold' } };
      const handle = await stack.start(input);
      const status = await untilStep(handle, 'project', 'done');
      expect(status.ids.projectId).toBe(projectId);
      expect(stepOf(status, 'project').fact).toBe(`${projectId} (adopted)`);
      expect(status.notes).toEqual([
        `Adopted ${projectId}: filled appName, appDescription, targetGender.`,
        `Adopted ${projectId}: left name, tagline, brandVoice as it is, though the input differs.`,
      ]);
      expect(created(input)).toBe(1);
      expect(patched(input)).toEqual([['appName', 'appDescription', 'targetGender']]);
      const project = stack.sandbox.state.projects[projectId]!;
      expect(project).toMatchObject({
        name: 'Acme',
        tagline: 'Their own words.',
        metadata: null,
        appName: 'Acme Coffee',
      });
      await untilReview(handle);
      await handle.cancel();
    },
  );

  it.concurrent('an adopted project without gaps is not changed', async () => {
    const input = quickest();
    await existingProject(stack.sandbox, input.project);
    const handle = await stack.start(input);
    expect((await untilReview(handle)).notes).toEqual([]);
    expect(patched(input)).toEqual([]);
    // The influencer of the project is used as it is.
    expect(effects(stack.sandbox, 'influencer.created', customerOf(input))).toHaveLength(1);
    await handle.cancel();
  });

  it.concurrent('a project that the partner makes just before its create is adopted', async () => {
    const input = quickest({ policy: { ...acmeCoffee().policy, onCancel: 'archive' } });
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '^/v1/projects$' },
      times: 1,
      action: { kind: 'delay', ms: 700 },
    });
    const handle = await stack.start(input);
    await until(async () =>
      stack.sandbox
        .ledger()
        .some(
          (entry) =>
            entry.type === 'request' &&
            entry.faults.length > 0 &&
            entry.wire === 'open' &&
            entry.path === '/v1/projects',
        ),
    );
    const projectId = await existingProject(stack.sandbox, { ...minimal(), customerExternalId: customerOf(input) });
    const { ids, notes, steps } = await untilStep(handle, 'influencer', 'done');
    expect(ids.projectId).toBe(projectId);
    expect(steps[1]!.fact).toBe(`${projectId} (adopted)`);
    expect(notes[0]).toMatch(/filled appName, appDescription, tagline, targetGender/);
    expect(created(input)).toBe(1);
    // It is not ours to archive.
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect(effects(stack.sandbox, 'project.archived', customerOf(input))).toHaveLength(0);
  });

  it.concurrent('an archived project blocks, and is adopted once it is active again', async () => {
    const input = quickest();
    const projectId = await existingProject(stack.sandbox, input.project);
    await partner(stack.sandbox, 'DELETE', `/v1/projects/${projectId}`);
    const handle = await stack.start(input);
    const blocked = await untilBlocked(handle, 'project');
    expect(blocked).toMatchObject({ code: 'ProjectArchived', actions: ['retry', 'abort'] });
    expect(blocked.cause).toContain(projectId);
    await partner(stack.sandbox, 'PATCH', `/v1/projects/${projectId}`, { status: 'active' });
    await retry(handle, 'project');
    expect((await untilStep(handle, 'project', 'done')).ids.projectId).toBe(projectId);
    expect(created(input)).toBe(1);
    await handle.cancel();
  });

  it.concurrent('a handle that belongs to a project out of sight blocks', async () => {
    const input = quickest();
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '^/v1/projects$' },
      times: 1,
      action: { kind: 'answer', status: 409, code: 'CONFLICT', store: 'fault' },
    });
    const handle = await stack.start(input);
    expect(await untilBlocked(handle, 'project')).toMatchObject({ code: 'ProjectConflict', who: 'operator' });
    const looks = requests(stack.sandbox, 'GET', /^\/v1\/projects$/).filter(({ query }) =>
      query.includes(customerOf(input)),
    );
    expect(looks.map(({ query }) => new URLSearchParams(query).get('status'))).toEqual([null, null, 'archived']);
    await retry(handle, 'project');
    await untilStep(handle, 'project', 'done');
    expect(created(input)).toBe(1);
    await handle.cancel();
  });

  it.concurrent(
    'an adopted project keeps its screenshots and videos, gets the new logo, and nothing twice',
    async () => {
      const input = acmeCoffee();
      const projectId = await existingProject(stack.sandbox, input.project);
      const [logo, screenshot, video] = input.appMedia!;
      const upload = (asset: unknown) => partner(stack.sandbox, 'POST', `/v1/projects/${projectId}/app-media`, asset);
      await upload({ kind: 'screenshot', url: 'https://cdn.acmecoffee.com/product/older.png' });
      await upload({ kind: 'logo', url: 'https://cdn.acmecoffee.com/brand/older.png' });
      await upload(video);
      const handle = await stack.start(input);
      const status = await untilStep(handle, 'media', 'done');
      expect(stepOf(status, 'media').fact).toBe('logo, 2 left out');
      expect(status.notes).toEqual([
        `Media: the project already has a screenshot, so ${screenshot!.url} was not added.`,
        `Media: the project already has a demo-video, so ${video!.url} was not added.`,
      ]);
      const stored = effects(stack.sandbox, 'media.created', customerOf(input)).map(({ data }) => data!.url);
      expect(stored.slice(3)).toEqual([logo!.url]);
      await handle.cancel();
      await handle.result().catch(() => undefined);

      // Another onboarding of the same customer finds everything in place.
      const again = await stack.start(input);
      await untilStep(again, 'media', 'done');
      expect(effects(stack.sandbox, 'media.created', customerOf(input))).toHaveLength(4);
      await again.cancel();
    },
  );

  it.concurrent(
    'the one account of an adopted project that is connected, of the platform and not leased is used',
    async () => {
      const input = toConnect();
      const projectId = await existingProject(stack.sandbox, input.project);
      await existingAccount(stack.sandbox, projectId, { leased: true });
      await existingAccount(stack.sandbox, projectId, { platform: 'instagram' });
      const accountId = await existingAccount(stack.sandbox, projectId);
      const handle = await stack.start(input);
      expect((await untilStep(handle, 'social', 'done')).ids.socialAccountIds).toEqual([accountId]);
      await approve(handle);
      expect(await handle.result()).toMatchObject({
        outcome: 'scheduled',
        scheduledPosts: [{ socialAccountId: accountId }],
      });
      expect(effects(stack.sandbox, 'oauth.minted', customerOf(input))).toHaveLength(0);
    },
  );

  it.concurrent('the choice among several accounts of an adopted project is left to an operator', async () => {
    const input = toConnect();
    const projectId = await existingProject(stack.sandbox, input.project);
    const accounts = [await existingAccount(stack.sandbox, projectId), await existingAccount(stack.sandbox, projectId)];
    const handle = await stack.start(input);
    const blocked = await untilBlocked(handle, 'social');
    expect(blocked).toMatchObject({ code: 'AmbiguousAccount', actions: ['retry', 'skip', 'abort'] });
    for (const account of accounts) expect(blocked.cause).toContain(account);
    await retry(handle, 'social', { socialAccountIds: [accounts[0]] });
    expect((await untilStep(handle, 'social', 'done')).ids.socialAccountIds).toEqual([accounts[0]]);
    await handle.cancel();
  });

  it.concurrent('an operator chooses among several projects of the customer, and only among them', async () => {
    const many = await openStack({ sandbox: { uniqueCustomerExternalId: false } });
    try {
      const input = quickest();
      const candidates = [
        await existingProject(many.sandbox, input.project),
        await existingProject(many.sandbox, input.project),
      ];
      const handle = await many.start(input);
      const blocked = await untilBlocked(handle, 'project');
      expect(blocked).toMatchObject({ code: 'AmbiguousProject', actions: ['retry', 'abort'] });
      for (const candidate of candidates) expect(blocked.cause).toContain(candidate);
      // Nothing has been done to either.
      expect(requests(many.sandbox, 'GET', /^\/v1\/projects\/./)).toEqual([]);
      expect(requests(many.sandbox, 'PATCH', /./)).toEqual([]);

      const wrong = await failureOf(retry(handle, 'project', { adopt: 7 }));
      expect(wrong).toMatchObject({ type: 'InvalidMessage', details: [{ problems: [{ path: 'project.adopt' }] }] });
      await retry(handle, 'project', { adopt: 'prj_elsewhere' });
      const { cause } = (
        await untilStatus(handle, (status) => status.blocked[0]?.cause.includes('prj_elsewhere') === true)
      ).blocked[0]!;
      expect(cause).toBe(`prj_elsewhere is none of the candidates: ${candidates.toReversed().join(', ')}.`);
      await retry(handle, 'project', { adopt: candidates[0] });
      expect((await untilStep(handle, 'project', 'done')).ids.projectId).toBe(candidates[0]);
      await handle.cancel();
    } finally {
      await many.close();
    }
  });

  it.concurrent('a project or a content of another customer is not touched', async () => {
    const forged = newCustomer();
    const odd = await openStack({ worker: false });
    const proxy = await tamperingProxy(odd.sandbox.url, (method, path, body) => {
      if (method === 'POST' && path === '/v1/projects' && body.customerExternalId === forged)
        return { ...body, customerExternalId: 'somebody-else' };
      return method === 'GET' && path.startsWith('/v1/content/')
        ? { ...body, projectId: 'prj_of_somebody_else' }
        : body;
    });
    try {
      await odd.startWorker({ layersUrl: proxy.url });
      const input = quickest();
      input.project.customerExternalId = forged;
      const [project, content] = await Promise.all([odd.start(input), odd.start(quickest())]);
      expect(await untilBlocked(project, 'project')).toMatchObject({
        code: 'WrongCustomer',
        cause: expect.stringContaining('somebody-else'),
        who: 'engineer',
      });
      const [made] = effects(odd.sandbox, 'project.created', forged);
      const about = odd.sandbox.ledger().filter((entry) => entry.type === 'request' && entry.path.includes(made!.id));
      expect(about).toEqual([]);
      expect((await statusOf(project)).ids.projectId).toBeUndefined();
      expect(await untilBlocked(content, 'content')).toMatchObject({ code: 'WrongCustomer' });
      expect((await statusOf(content)).review).toBeNull();
      await Promise.all([project.cancel(), content.cancel()]);
    } finally {
      await odd.close();
      await proxy.close();
    }
  });
});
