import type { InfluencerInput, OnboardingInput } from '../../src/contract/input';
import type { Action } from '../../src/sandbox';
import { effects, requests, until, withStack } from '../support/environment';
import { FAST_WAITS, impatient } from '../support/inputs';
import { retry } from '../support/people';
import { statusOf, stepOf, untilBlocked, untilReview, untilStep } from '../support/status';
import { bend, customerOf, existingProject, partner, play, quick, quickest, SOURCE } from '../support/steering';

/** Where Layers does not deliver at once, the flow has an answer of its own before it asks anybody. */
describe('falling back', () => {
  const stack = withStack();

  async function reviewed(input: OnboardingInput) {
    const handle = await stack.start(input);
    return { handle, status: await untilReview(handle) };
  }

  const made = (input: OnboardingInput) => {
    const all = effects(stack.sandbox, 'influencer.created', customerOf(input));
    return {
      automatic: all.filter(({ data }) => data!.automatic),
      asked: all.filter(({ data }) => !data!.automatic),
    };
  };

  it.concurrent('the influencer is created when the automatic one fails', async () => {
    const input = quickest();
    await play(stack.sandbox, 'influencer-fails', customerOf(input));
    const { handle, status } = await reviewed(input);
    const { automatic, asked } = made(input);
    expect([automatic.length, asked.length]).toEqual([1, 1]);
    expect(status.ids.influencerId).toBe(asked[0]!.id);
    await handle.cancel();
  });

  it.concurrent('the influencer blocks after the second that fails, and is tried anew by a retry', async () => {
    const input = quickest();
    await play(stack.sandbox, 'influencers-all-fail', customerOf(input));
    const handle = await stack.start(input);
    const blocked = await untilBlocked(handle, 'influencer');
    expect(blocked).toMatchObject({ code: 'InfluencerFailed', actions: ['retry', 'abort'] });
    expect(blocked.cause).toContain('The portrait could not be rendered.');
    expect(made(input).asked).toHaveLength(2);
    await play(stack.sandbox, 'happy', customerOf(input));
    await retry(handle, 'influencer');
    await untilReview(handle);
    expect(made(input).asked).toHaveLength(3);
    await handle.cancel();
  });

  it.concurrent(
    'the influencer is created when Layers has none to come, but not before it usually is there',
    async () => {
      const { appDescription: _, ...project } = quickest().project;
      const input = quickest({ project });
      const { handle, status } = await reviewed(input);
      const { automatic, asked } = made(input);
      expect([automatic.length, asked.length]).toEqual([0, 1]);
      const [project_] = effects(stack.sandbox, 'project.created', customerOf(input));
      expect(Date.parse(asked[0]!.at) - Date.parse(project_!.at)).toBeGreaterThanOrEqual(300);
      expect(status.ids.influencerId).toBe(asked[0]!.id);
      await handle.cancel();
    },
  );

  it.concurrent('the influencer is made as the input describes it', async () => {
    const hints = { gender: 'male', ageRange: 'senior', prompt: 'a retired barista' } as const;
    const { handle, status } = await reviewed(quickest({ influencer: { create: hints } }));
    expect(stack.sandbox.state.influencers[status.ids.influencerId!]).toMatchObject(hints);
    await handle.cancel();
  });

  it.concurrent('the influencer is the named one, once that is ready', async () => {
    const input = quickest();
    const projectId = await existingProject(stack.sandbox, input.project);
    const older = await partner(stack.sandbox, 'POST', `/v1/projects/${projectId}/influencers`, {});
    const { influencerId } = await partner(stack.sandbox, 'POST', `/v1/projects/${projectId}/influencers`, {
      prompt: 'the one',
    });
    const { handle, status } = await reviewed({ ...input, influencer: { influencerId } as InfluencerInput });
    expect(status.ids.influencerId).toBe(influencerId);
    expect(older.influencerId).not.toBe(influencerId);
    expect(made(input).asked).toHaveLength(2);
    await handle.cancel();
  });

  it.concurrent(
    'the influencer blocks when the named one has failed or is another project’s, until another is named',
    async () => {
      const [input, elsewhere] = [quickest(), quickest()];
      const [projectId, foreignProject] = await Promise.all(
        [input, elsewhere].map(({ project }) => existingProject(stack.sandbox, project)),
      );
      const make = async (project: string) =>
        (await partner(stack.sandbox, 'POST', `/v1/projects/${project}/influencers`, {})).influencerId as string;
      const foreign = await make(foreignProject!);
      await bend(stack.sandbox, customerOf(input), {
        match: { method: 'POST', path: '/influencers$' },
        times: 1,
        action: { kind: 'job', outcome: 'failed', error: { code: 'RENDER_FAILED', message: 'No face was found.' } },
      });
      const failing = await make(projectId!);
      const good = await make(projectId!);
      const handle = await stack.start({ ...input, influencer: { influencerId: foreign } });
      expect((await untilBlocked(handle, 'influencer', 'NOT_FOUND')).cause).toContain(
        `belongs to project ${foreignProject}`,
      );
      await retry(handle, 'influencer', { influencerId: failing });
      expect((await untilBlocked(handle, 'influencer', 'InfluencerFailed')).cause).toContain('No face was found.');
      await retry(handle, 'influencer', { influencerId: good });
      expect((await untilStep(handle, 'influencer', 'done')).ids.influencerId).toBe(good);
      await handle.cancel();
    },
  );

  const impatientForKeywords = (): OnboardingInput =>
    quick({
      policy: { waits: { ...FAST_WAITS, keywords: { earliest: '100ms', typical: '200ms', deadline: '700ms' } } },
    });
  const refreshes = ({ ids }: { ids: { projectId?: string } }) =>
    requests(stack.sandbox, 'POST', /keywords\/refresh$/).filter(({ path }) => path.includes(ids.projectId!));

  it.concurrent(
    'the keyword bank is asked for once more at the deadline, and done without when that fails, too',
    async () => {
      const input = impatientForKeywords();
      await play(stack.sandbox, 'keywords-never', customerOf(input));
      const { handle, status } = await reviewed(input);
      expect(stepOf(status, 'keywords')).toMatchObject({
        state: 'skipped',
        fact: 'the keyword bank did not come, not even after a refresh',
      });
      expect(refreshes(status)).toHaveLength(1);
      expect(status.blocked).toEqual([]);
      await handle.cancel();
    },
  );

  it.concurrent('the keyword bank is used when the second research finds it', async () => {
    const input = impatientForKeywords();
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '^/v1/projects$' },
      action: { kind: 'job', job: 'keyword_refresh', outcome: 'stuck' },
    });
    const { handle, status } = await reviewed(input);
    expect(stepOf(status, 'keywords')).toMatchObject({
      state: 'done',
      fact: expect.stringMatching(/^\d+ keywords$/),
    });
    expect(refreshes(status)).toHaveLength(1);
    await handle.cancel();
  });

  const remixed = (input: OnboardingInput) =>
    effects(stack.sandbox, 'content.created', customerOf(input)).map(({ data }) => data!.sourceTiktokId);

  it.concurrent('the source is the next candidate when Layers refuses one as no slideshow', async () => {
    const input = quick();
    await play(stack.sandbox, 'not-a-slideshow', customerOf(input));
    const { handle, status } = await reviewed(input);
    const source = status.review!.source!.tiktokVideoId;
    expect(remixed(input)).toEqual([source]);
    expect(status.notes).toEqual([
      expect.stringMatching(new RegExp(`^Source \\d+: NOT_A_SLIDESHOW, going on with ${source}\\.$`)),
    ]);
    expect(status.notes[0]).not.toContain(`Source ${source}`);
    await handle.cancel();
  });

  it.concurrent('the source is the next candidate when the job finds that out', async () => {
    const input = quick();
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/slideshow-remix$' },
      times: 1,
      action: { kind: 'job', outcome: 'failed', error: { code: 'NOT_A_SLIDESHOW', message: 'A video.' } },
    });
    const { handle, status } = await reviewed(input);
    expect(remixed(input)).toHaveLength(2);
    expect(remixed(input)[1]).toBe(status.review!.source!.tiktokVideoId);
    expect(remixed(input)[0]).not.toBe(remixed(input)[1]);
    await handle.cancel();
  });

  it.concurrent(
    'the source is the next candidate after a refusal for safety, be it at once or by the job',
    async () => {
      const input = quick();
      await play(stack.sandbox, 'moderation', customerOf(input));
      const { handle, status } = await reviewed(input);
      expect(remixed(input)).toHaveLength(2);
      expect(status.notes.map((note) => note.split(/[:,]/)[1])).toEqual([' MODERATION_BLOCKED', ' MODERATION_BLOCKED']);
      expect(status.blocked).toEqual([]);
      await handle.cancel();
    },
  );

  it.concurrent('the source blocks when the input named it, until another is named', async () => {
    const input = quick({ content: { source: { tiktokVideoId: '7401234567890123456' } } });
    const handle = await stack.start(input);
    const blocked = await untilBlocked(handle, 'content');
    expect(blocked).toMatchObject({ code: 'NOT_A_SLIDESHOW', httpStatus: 422, actions: ['retry', 'abort'] });
    expect(blocked.requestId).toMatch(/^req_/);
    await retry(handle, 'content', { tiktokVideoId: SOURCE });
    const status = await untilReview(handle);
    expect(status.review!.source!.tiktokVideoId).toBe(SOURCE);
    expect(remixed(input)).toEqual([SOURCE]);
    await handle.cancel();
  });

  it.concurrent('the source is looked for more widely once an operator retries after all candidates', async () => {
    const input = quick();
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/slideshow-remix$' },
      times: 10,
      action: { kind: 'answer', status: 422, code: 'NOT_A_SLIDESHOW', store: 'fault' },
    });
    const handle = await stack.start(input);
    const blocked = await untilBlocked(handle, 'content');
    expect(blocked).toMatchObject({
      code: 'SourcesUsedUp',
      cause: expect.stringContaining('None of the 10 candidates'),
    });
    const { ids } = await statusOf(handle);
    const searches = () =>
      requests(stack.sandbox, 'GET', /source-recommendations$/).filter(({ path }) => path.includes(ids.projectId!));
    expect(searches()).toHaveLength(1);
    await retry(handle, 'content');
    const { review } = await untilReview(handle);
    expect(new URLSearchParams(searches().at(-1)!.query).get('keyword')).not.toBeNull();
    expect(remixed(input)).toEqual([review!.source!.tiktokVideoId]);
    await handle.cancel();
  });

  const jobs = (
    input: OnboardingInput,
    times: number,
    action: Partial<Extract<Action, { kind: 'job' }>>,
  ): Promise<void> =>
    bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/slideshow-remix$' },
      times,
      action: { kind: 'job', ...action },
    });
  const contents = (input: OnboardingInput) => effects(stack.sandbox, 'content.created', customerOf(input));

  it.concurrent('the job is tried once more when it fails', async () => {
    const input = quickest();
    await jobs(input, 1, { outcome: 'failed' });
    const { handle, status } = await reviewed(input);
    expect(contents(input)).toHaveLength(2);
    expect(status.ids.containerId).toBe(contents(input)[1]!.id);
    await handle.cancel();
  });

  it.concurrent('the job blocks when it fails again; a retry may name another persona', async () => {
    const input = quickest();
    await jobs(input, 2, { outcome: 'failed', error: { code: 'RENDER', message: 'The renderer failed.' } });
    const handle = await stack.start(input);
    const blocked = await untilBlocked(handle, 'content');
    expect(blocked).toMatchObject({
      code: 'JobFailed',
      cause: expect.stringContaining('RENDER The renderer failed.'),
    });
    expect(contents(input)).toHaveLength(2);
    const before = (await statusOf(handle)).ids.influencerId;
    await retry(handle, 'content', { influencer: { create: { prompt: 'somebody else' } } });
    const { review } = await untilReview(handle);
    expect(review!.source!.tiktokVideoId).toBe(SOURCE);
    expect(review!.influencer.influencerId).not.toBe(before);
    expect(contents(input)[2]!.data).toMatchObject({ influencerId: review!.influencer.influencerId });
    await handle.cancel();
  });

  it.concurrent('the job blocks when Layers cancels it, and begins anew by a retry', async () => {
    const input = quickest();
    await jobs(input, 1, { outcome: 'canceled' });
    const handle = await stack.start(input);
    expect(await untilBlocked(handle, 'content')).toMatchObject({ code: 'JobCanceled' });
    expect(contents(input)).toHaveLength(1);
    await retry(handle, 'content');
    await untilReview(handle);
    expect(contents(input)).toHaveLength(2);
    await handle.cancel();
  });

  it.concurrent('the job is looked at first when a retry comes after the deadline', async () => {
    const input = quickest({ policy: impatient('content') });
    await jobs(input, 1, { durationMs: 3_000 });
    const handle = await stack.start(input);
    const blocked = await untilBlocked(handle, 'content');
    expect(blocked).toMatchObject({
      code: 'DeadlinePassed',
      cause: expect.stringMatching(/After 600ms the job is still/),
    });
    const [content] = contents(input);
    await until(async () => stack.sandbox.state.containers[content!.id]!.status === 'completed');
    await retry(handle, 'content');
    expect((await untilReview(handle)).ids.containerId).toBe(content!.id);
    expect(contents(input)).toHaveLength(1);
    const calls = requests(stack.sandbox, 'POST', /slideshow-remix$/);
    expect(calls.filter(({ path }) => path.includes(content!.projectId!))).toHaveLength(1);
    await handle.cancel();
  });

  it.concurrent('the job need not be known to Layers any more: the content itself is asked', async () => {
    const input = quickest();
    await bend(stack.sandbox, customerOf(input), {
      match: { method: 'GET', path: '^/v1/jobs/' },
      action: { kind: 'answer', status: 404, code: 'NOT_FOUND' },
    });
    const { handle } = await reviewed(input);
    expect(contents(input)).toHaveLength(1);
    await handle.cancel();
  });
});
