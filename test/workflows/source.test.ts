import { chooseSource as chooseUpdate } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { OnboardingInput } from '../../src/contract/input';
import { effects, requests, untilStatus, withStack, type Stack } from '../support/environment';
import { askForChanges, chooseSource } from '../support/people';
import { failureOf, statusOf, stepOf, untilBlocked, untilReview } from '../support/status';
import { customerOf, quick, quickest } from '../support/steering';

/** Which slideshow is remixed, and who chooses it. */
describe('the source', () => {
  const stack = withStack();
  const bare = withStack({ sandbox: { portfolio: 'empty' } });

  const reviewed = async (input: OnboardingInput, on = stack) => {
    const handle = await on.start(input);
    return { handle, status: await untilReview(handle) };
  };

  const searches = ({ sandbox }: Stack, projectId: string): (string | null)[] =>
    requests(sandbox, 'GET', /source-recommendations$/)
      .filter(({ path }) => path.includes(projectId))
      .map(({ query }) => new URLSearchParams(query).get('keyword'));

  const choosing = ({ choices }: { choices: unknown }): boolean => choices !== null;

  it.concurrent('the source is the first of the portfolio unless the input says otherwise', async () => {
    const input = quick();
    const { handle, status } = await reviewed(input);
    expect(searches(stack, status.ids.projectId!)).toEqual([null]);
    const source = status.review!.source!;
    expect(stepOf(status, 'source').fact).toBe(`${source.author} · ${source.imageCount} images`);
    await handle.cancel();
  });

  it.concurrent('the source is the most viewed of the ten that are kept', async () => {
    const person = await bare.start(quick({ content: { source: { keyword: 'espresso', pick: 'person' } } }));
    const { choices } = await untilStatus(person, choosing);
    expect(choices).toHaveLength(10);
    for (const { caption } of choices!) expect(Array.from(caption!).length).toBeLessThanOrEqual(120);
    // The same search, sorted.
    const { handle, status } = await reviewed(
      quick({ content: { source: { keyword: 'espresso', pick: 'most-viewed' } } }),
      bare,
    );
    const most = Math.max(...choices!.map(({ views }) => views!));
    expect(status.review!.source!.views).toBe(most);
    expect(most).toBeGreaterThan(choices![0]!.views!);
    await Promise.all([person.cancel(), handle.cancel()]);
  });

  it.concurrent('the source waits for a person, who is offered choices, and takes what they choose', async () => {
    const input = quick({ content: { source: { pick: 'person' } } });
    const handle = await stack.start(input);
    expect(await failureOf(chooseSource(handle, '73'))).toMatchObject({ type: 'TooEarly' });
    const waiting = await untilStatus(handle, choosing);
    expect(waiting).toMatchObject({ stage: 'source', attention: 'reviewer' });
    expect(stepOf(waiting, 'source')).toMatchObject({ state: 'waiting', fact: 'somebody has to choose' });
    expect(waiting.choices![0]).toEqual({
      tiktokVideoId: expect.stringMatching(/^\d+$/),
      author: expect.any(String),
      caption: expect.any(String),
      thumbnailUrl: expect.stringMatching(/^http/),
      imageCount: expect.any(Number),
      views: expect.any(Number),
    });
    const attributes = (await handle.describe()).typedSearchAttributes;
    expect(attributes.get(SEARCH_ATTRIBUTES.attention)).toContain('reviewer');
    expect(attributes.get(SEARCH_ATTRIBUTES.waitingSince)).toBeInstanceOf(Date);

    const offered = waiting.choices!.map(({ tiktokVideoId }) => tiktokVideoId);
    expect(await failureOf(chooseSource(handle, '7300000000000000000'))).toMatchObject({
      type: 'UnknownCandidate',
      details: [{ choices: offered }],
    });
    const nameless = handle.executeUpdate(chooseUpdate, { args: [{ tiktokVideoId: offered[4]! } as never] });
    expect(await failureOf(nameless)).toMatchObject({ type: 'InvalidMessage', message: 'by: must name who chooses' });

    await chooseSource(handle, offered[4]!);
    const { review, notes, choices } = await untilReview(handle);
    expect(review!.source!.tiktokVideoId).toBe(offered[4]);
    expect(choices).toBeNull();
    expect(notes).toContain(`Source ${offered[4]} was chosen by maria.`);
    expect(effects(stack.sandbox, 'content.created', customerOf(input))[0]!.data).toMatchObject({
      sourceTiktokId: offered[4],
    });
    expect(await failureOf(chooseSource(handle, offered[5]!))).toMatchObject({ type: 'AlreadyDecided' });

    // Another round is another choice, among those that are left.
    await askForChanges(handle);
    const again = await untilStatus(handle, choosing);
    expect(again.choices!.map(({ tiktokVideoId }) => tiktokVideoId)).toEqual(
      offered.filter((tiktokVideoId) => tiktokVideoId !== offered[4]),
    );
    await handle.cancel();
  });

  it.concurrent('the source is searched live where the portfolio is empty: by the keyword of the input', async () => {
    const { handle, status } = await reviewed(quick({ content: { source: { keyword: 'cold brew' } } }), bare);
    expect(searches(bare, status.ids.projectId!)).toEqual([null, 'cold brew']);
    expect(status.review!.source!.caption).toContain('cold brew');
    await handle.cancel();
  });

  it.concurrent(
    'the source is searched live by the best phrases of the keyword bank where the input names no keyword',
    async () => {
      const { handle, status } = await reviewed(quick(), bare);
      const [portfolio, phrase, ...more] = searches(bare, status.ids.projectId!);
      expect([portfolio, more]).toEqual([null, []]);
      const bank = bare.sandbox.state.banks[status.ids.projectId!]!;
      expect(bank.hashtags.map((entry) => entry.phrase)).toContain(phrase);
      await handle.cancel();
    },
  );

  it.concurrent(
    'the source is searched live by tagline or appName where there is no bank; with neither an operator is asked',
    async () => {
      const { appDescription: _, tagline, appName, ...project } = quick().project;
      const named = (fields: object): OnboardingInput =>
        quick({ project: { ...project, ...fields, customerExternalId: customerOf(quick()) } as never });
      const [byTagline, byName, nothing] = await Promise.all([
        reviewed(named({ tagline, appName }), bare),
        reviewed(named({ appName }), bare),
        bare.start(named({})),
      ]);
      expect(searches(bare, byTagline.status.ids.projectId!)).toEqual([null, tagline]);
      expect(searches(bare, byName.status.ids.projectId!)).toEqual([null, appName]);
      const blocked = await untilBlocked(nothing, 'source');
      expect(blocked).toMatchObject({ code: 'NoSource', actions: ['retry', 'abort'] });
      expect(await statusOf(nothing)).toMatchObject({ attention: 'operator' });
      await Promise.all([byTagline.handle, byName.handle, nothing].map((handle) => handle.cancel()));
    },
  );

  it.concurrent('the source is the one that the input names, with no search and no wait for keywords', async () => {
    const { handle, status } = await reviewed(quickest());
    expect(searches(stack, status.ids.projectId!)).toEqual([]);
    expect(stepOf(status, 'keywords')).toMatchObject({ state: 'skipped', fact: 'the source is named' });
    expect(
      requests(stack.sandbox, 'GET', /keywords$/).filter(({ path }) => path.includes(status.ids.projectId!)),
    ).toEqual([]);
    await handle.cancel();
  });
});
