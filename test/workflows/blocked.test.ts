import { WorkflowFailedError } from '@temporalio/client';
import type { ResolveStepArgs } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { OnboardingInput } from '../../src/contract/input';
import { effects, requests, until, untilStatus, withStack } from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';
import { approve, connect, resolve, retry, skip } from '../support/people';
import { failureOf, statusOf, stepOf, untilBlocked, untilReview, untilStep } from '../support/status';
import { bend, customerOf, existingProject, partner, quickest, stopFault, toConnect } from '../support/steering';

/** Blocked, not failed: a step that cannot go on waits for an operator, and nothing that is done is done again. */
describe('a blocked step', () => {
  const stack = withStack();

  const BAD = 'https://cdn.acmecoffee.com/product/gone.png?status=404';
  const GOOD = 'https://cdn.acmecoffee.com/product/home.png';
  const media = (input: OnboardingInput) =>
    effects(stack.sandbox, 'media.created', customerOf(input)).map(({ data }) => data!.url);
  const remixes = (input: OnboardingInput) => effects(stack.sandbox, 'content.created', customerOf(input));

  /** The customer's wallet is empty for the first remix. */
  const broke = (input: OnboardingInput, times?: number): Promise<void> =>
    bend(stack.sandbox, customerOf(input), {
      id: `broke-${customerOf(input)}`,
      match: { method: 'POST', path: '/slideshow-remix$' },
      ...(times === undefined ? {} : { times }),
      action: {
        kind: 'answer',
        status: 402,
        code: 'BILLING_EXHAUSTED',
        store: 'fault',
        details: { required: 50, available: 0 },
      },
    });
  const topUp = (input: OnboardingInput): Promise<unknown> => stopFault(stack.sandbox, `broke-${customerOf(input)}`);

  const withAssets = (...urls: string[]): OnboardingInput =>
    quickest({
      appMedia: [
        { kind: 'logo', url: 'https://cdn.acmecoffee.com/brand/logo-512.png' },
        ...urls.map((url) => ({ kind: 'screenshot' as const, url })),
      ],
    });

  it.concurrent(
    'a refused asset blocks alone: the others finish, everything else goes on, and a better one takes its place',
    async () => {
      const input = withAssets(BAD, GOOD);
      const handle = await stack.start(input);
      const blocked = await untilBlocked(handle, 'media');
      expect(blocked).toMatchObject({
        item: BAD,
        code: 'VALIDATION',
        httpStatus: 422,
        requestId: expect.stringMatching(/^req_/),
        cause: expect.stringContaining('Could not be fetched: HTTP 404'),
        who: 'engineer',
        actions: ['retry', 'skip', 'abort'],
      });
      expect(blocked.retryAt).toBeUndefined();
      const others = await untilStatus(
        handle,
        (status) => ['done', 'skipped'].includes(stepOf(status, 'influencer').state) && media(input).length === 2,
      );
      expect(others).toMatchObject({ stage: 'preparing', attention: 'operator' });
      expect(stepOf(others, 'media')).toMatchObject({ state: 'blocked', fact: 'VALIDATION' });

      // Replaced by another bad one, it blocks under its new address; then by a good one.
      const worse = BAD.replace('404', '500');
      await resolve(handle, { step: 'media', item: BAD, action: 'retry', input: { url: worse } });
      await untilStatus(handle, (status) => status.blocked[0]?.item === worse);
      const better = 'https://cdn.acmecoffee.com/product/better.png';
      await bend(stack.sandbox, customerOf(input), {
        match: { method: 'POST', body: 'better' },
        action: { kind: 'delay', ms: 500 },
      });
      await retry(handle, 'media', { url: better });
      const again = await untilStatus(handle, ({ blocked: left }) => left.length === 0);
      expect(stepOf(again, 'media').state).toBe('running');
      const status = await untilReview(handle);
      expect(stepOf(status, 'media')).toMatchObject({ state: 'done', fact: 'logo, 2 screenshots' });
      expect(media(input).toSorted()).toEqual([better, GOOD, input.appMedia![0]!.url].toSorted());
      const calls = requests(stack.sandbox, 'POST', /app-media$/).filter(({ path }) =>
        path.includes(status.ids.projectId!),
      );
      expect(calls).toHaveLength(5);
      await handle.cancel();
    },
  );

  it.concurrent(
    'several refused assets are answered each by its name, and the step stays blocked until the last',
    async () => {
      const other = BAD.replace('404', '410');
      const input = withAssets(BAD, other);
      const handle = await stack.start(input);
      await untilStatus(handle, ({ blocked }) => blocked.length === 2);
      const unnamed = await failureOf(resolve(handle, { step: 'media', action: 'skip' }));
      expect(unnamed).toMatchObject({
        type: 'InvalidMessage',
        message: expect.stringContaining('name one with "item"'),
      });
      expect(await failureOf(resolve(handle, { step: 'media', item: GOOD, action: 'skip' }))).toMatchObject({
        type: 'NotBlocked',
      });
      await resolve(handle, { step: 'media', item: other, action: 'retry', input: { url: GOOD } });
      await until(async () => media(input).includes(GOOD));
      const one = await untilStatus(handle, ({ blocked }) => blocked.length === 1);
      expect(stepOf(one, 'media').state).toBe('blocked');
      // All assets may be replaced at once, also by more than there were.
      const list = [
        { kind: 'logo', url: 'https://cdn.acmecoffee.com/brand/logo-512.png' },
        ...[1, 2, 3].map((n) => ({ kind: 'screenshot', url: `${GOOD}?v=${n}` })),
      ];
      await resolve(handle, { step: 'media', item: BAD, action: 'retry', input: list });
      await untilReview(handle);
      expect(media(input).toSorted()).toEqual([GOOD, ...list.map(({ url }) => url)].toSorted());
      await handle.cancel();
    },
  );

  it.concurrent('a refused asset may be skipped where the rest can do without it', async () => {
    const input = withAssets(BAD);
    const handle = await stack.start(input);
    await skip(handle, 'media', 'no screenshot needed');
    const status = await untilReview(handle);
    expect(stepOf(status, 'media')).toMatchObject({ state: 'done', fact: 'logo, 1 left out' });
    expect(media(input)).toHaveLength(1);
    await handle.cancel();
  });

  it.concurrent(
    'a blocked step tells an operator what happened and what to do, in the status and in the list of the Web UI',
    async () => {
      const input = quickest({ appMedia: acmeCoffee().appMedia! });
      await broke(input);
      const handle = await stack.start(input);
      const blocked = await untilBlocked(handle, 'content');
      expect(blocked).toEqual({
        step: 'content',
        code: 'BILLING_EXHAUSTED',
        httpStatus: 402,
        requestId: expect.stringMatching(/^req_/),
        cause: 'The Layers wallet has 0 credits; this needs 50.',
        fix: 'Top up the Layers wallet.',
        who: 'operator',
        since: expect.stringMatching(/Z$/),
        retryAt: expect.stringMatching(/Z$/),
        actions: ['retry', 'abort'],
      });
      expect(Date.parse(blocked.retryAt!) - Date.parse(blocked.since)).toBe(5 * 60_000);
      const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
      for (const told of [
        blocked.cause,
        blocked.fix,
        blocked.requestId!,
        `layers-onboarding retry ${handle.workflowId}`,
      ])
        expect(currentDetails).toContain(told);
      const { typedSearchAttributes: shown } = await handle.describe();
      expect(shown.get(SEARCH_ATTRIBUTES.errorCode)).toEqual(['BILLING_EXHAUSTED']);
      expect(shown.get(SEARCH_ATTRIBUTES.attention)).toContain('operator');
      expect(shown.get(SEARCH_ATTRIBUTES.waitingSince)!.toISOString()).toBe(blocked.since);
      await until(async () => {
        const found = [];
        const query = `LayersErrorCode = 'BILLING_EXHAUSTED' AND LayersAttention = 'operator' AND LayersCustomer = '${customerOf(input)}'`;
        for await (const { workflowId } of stack.client.workflow.list({ query })) found.push(workflowId);
        return found.length === 1 && found[0] === handle.workflowId;
      });

      // The wallet is full again: the step goes on, and what was done is not done again.
      await topUp(input);
      await retry(handle, 'content');
      const status = await untilReview(handle);
      expect(status).toMatchObject({ blocked: [], attention: 'reviewer' });
      const cleared = (await handle.describe()).typedSearchAttributes;
      expect(cleared.get(SEARCH_ATTRIBUTES.errorCode) ?? []).toEqual([]);
      expect(effects(stack.sandbox, 'project.created', customerOf(input))).toHaveLength(1);
      expect(media(input)).toHaveLength(3);
      expect(remixes(input)).toHaveLength(1);
      const writes = requests(stack.sandbox, 'POST', /./).filter(({ path }) => path.includes(status.ids.projectId!));
      expect(writes.map(({ path }) => path.split('/').at(-1)).toSorted()).toEqual(
        ['app-media', 'app-media', 'app-media', 'slideshow-remix', 'slideshow-remix'].toSorted(),
      );
      // A refused request is over: the next one has a key of its own.
      const keys = writes.filter(({ path }) => path.endsWith('remix')).map(({ idempotencyKey }) => idempotencyKey);
      expect(new Set(keys).size).toBe(2);
      await handle.cancel();
    },
  );

  it.concurrent('an asset that may be there under another address blocks once', async () => {
    const input = withAssets(GOOD);
    const projectId = await existingProject(stack.sandbox, input.project);
    await bend(stack.sandbox, customerOf(input), {
      id: `list-${customerOf(input)}`,
      match: { method: 'GET', path: '/app-media$' },
      action: { kind: 'hold' },
    });
    const handle = await stack.start(input);
    await untilStatus(handle, (status) => stepOf(status, 'media').state === 'running');
    await partner(stack.sandbox, 'POST', `/v1/projects/${projectId}/app-media`, {
      kind: 'screenshot',
      url: 'https://cdn.acmecoffee.com/product/somebody-else.png',
    });
    await stopFault(stack.sandbox, `list-${customerOf(input)}`);
    const blocked = await untilBlocked(handle, 'media');
    expect(blocked).toMatchObject({ code: 'MaybeUploaded', item: GOOD, actions: ['retry', 'skip', 'abort'] });
    expect(media(input)).not.toContain(GOOD);
    await retry(handle, 'media');
    await untilReview(handle);
    expect(media(input).filter((url) => url === GOOD)).toHaveLength(1);
    await handle.cancel();
  });

  it.concurrent('a blocked step does not stop its siblings', async () => {
    const input: OnboardingInput = {
      ...withAssets(BAD),
      social: { connect: [{ platform: 'tiktok' }] },
      schedule: { at: nextWeek() },
    };
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'GET', path: '/influencers$' },
      times: 1,
      action: { kind: 'answer', status: 403, code: 'FORBIDDEN_SCOPE', details: { requiredScope: 'influencers:write' } },
    });
    const handle = await stack.start(input);
    const both = await untilStatus(handle, ({ blocked }) => blocked.length === 2);
    expect(both.blocked.map(({ step }) => step).toSorted()).toEqual(['influencer', 'media']);
    expect((await handle.describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.errorCode)).toEqual([
      'FORBIDDEN_SCOPE',
      'VALIDATION',
    ]);
    await connect(handle);
    await untilStep(handle, 'social', 'done');
    await retry(handle, 'influencer');
    await untilStep(handle, 'influencer', 'done');
    await skip(handle, 'media');
    await approve(handle);
    expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
  });

  it.concurrent(
    'a blocked step can be aborted: the onboarding fails with the reason, after it has cleaned up',
    async () => {
      const input = quickest({
        appMedia: [{ kind: 'screenshot', url: BAD }],
        policy: { ...acmeCoffee().policy, onCancel: 'archive' },
      });
      const handle = await stack.start(input);
      await untilBlocked(handle, 'media');
      await resolve(handle, { step: 'media', action: 'abort', reason: 'the customer has left' });
      const failure = await failureOf(handle.result());
      expect(failure).toMatchObject({ type: 'Aborted', message: 'media: the customer has left', nonRetryable: true });
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      const { cleanup, stage, blocked, steps } = await statusOf(handle);
      expect({ stage, blocked }).toEqual({ stage: 'finished', blocked: [] });
      expect(cleanup).toEqual([{ what: expect.stringMatching(/^archive the project prj_/), done: true }]);
      expect(steps.find(({ step }) => step === 'media')!.state).toBe('failed');
      expect(effects(stack.sandbox, 'project.archived', customerOf(input))).toHaveLength(1);
      expect((await handle.describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.attention)).toEqual(['none']);
    },
  );

  it.concurrent('a blocked step refuses answers that fit nothing, and stays blocked', async () => {
    const input = quickest();
    await broke(input);
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content');
    expect(await failureOf(resolve(handle, { step: 'schedule', action: 'retry' }))).toMatchObject({
      type: 'NotBlocked',
      details: [{ blocked: [{ step: 'content', code: 'BILLING_EXHAUSTED' }] }],
    });
    expect(await failureOf(resolve(handle, { step: 'content', action: 'skip' }))).toMatchObject({
      type: 'ActionNotAllowed',
      details: [{ actions: ['retry', 'abort'] }],
    });
    for (const [args, said] of [
      [{ step: 'contents', action: 'retry' }, 'step: must be one of validate, '],
      [{ step: 'content', action: 'restart' }, 'action: must be retry, skip or abort'],
      [{ step: 'content', action: 'retry', operator: '' }, 'operator: must name who'],
      [{ step: 'content', action: 'abort', input: {} }, 'input: goes with retry only'],
    ] as [ResolveStepArgs, string][]) {
      const failure = await failureOf(resolve(handle, args));
      expect(failure.type).toBe('InvalidMessage');
      expect(failure.message).toContain(said);
    }
    const wrong = await failureOf(
      resolve(handle, { step: 'content', action: 'retry', input: { tiktokVideoId: 'abc', pick: 'best' } }),
    );
    expect(wrong.type).toBe('InvalidMessage');
    expect((wrong.details![0] as { problems: { path: string }[] }).problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['content.source.tiktokVideoId', 'content.source.pick']),
    );
    const renamed = await failureOf(resolve(handle, { step: 'content', action: 'retry', input: 'another' }));
    expect(renamed.type).toBe('InvalidMessage');
    expect((await statusOf(handle)).blocked).toHaveLength(1);
    // An absent input may arrive as null from other languages.
    await topUp(input);
    await retry(handle, 'content', null);
    await untilReview(handle);
    await handle.cancel();
  });

  it.concurrent('a blocked step is answered once, however many answer', async () => {
    const input = quickest();
    await broke(input, 1);
    const handle = await stack.start(input);
    await untilBlocked(handle, 'content');
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () =>
        resolve(handle, { step: 'content', action: 'retry', input: { tiktokVideoId: '7309999999999999999' } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === 'rejected')
        expect(['AlreadyDecided', 'NotBlocked']).toContain(
          (await failureOf(Promise.reject(answer.reason as Error))).type,
        );
    expect((await untilReview(handle)).review!.source!.tiktokVideoId).toBe('7309999999999999999');
    expect(remixes(input)).toHaveLength(1);
    await handle.cancel();
  });

  it.concurrent('a blocked schedule takes a new time for the post', async () => {
    const input = toConnect();
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/schedule$' },
      times: 1,
      action: {
        kind: 'answer',
        status: 422,
        code: 'VALIDATION',
        store: 'fault',
        details: { fieldErrors: { scheduledFor: ['Too busy then.'] } },
      },
    });
    const handle = await stack.start(input);
    await connect(handle);
    await approve(handle);
    expect((await untilBlocked(handle, 'schedule')).cause).toBe('Layers refused scheduledFor: Too busy then.');
    const past = await failureOf(
      resolve(handle, { step: 'schedule', action: 'retry', input: { at: '2024-01-01T09:00' } }),
    );
    expect(past).toMatchObject({ type: 'InvalidMessage', details: [{ problems: [{ path: 'schedule.at' }] }] });
    await retry(handle, 'schedule', { at: nextWeek().replace('T09', 'T11') });
    const result = await handle.result();
    expect(result.scheduledPosts).toMatchObject([{ scheduledFor: expect.stringMatching(/T(18|19):00:00Z$/) }]);
    expect(effects(stack.sandbox, 'post.created', customerOf(input))).toHaveLength(1);
  });
});
