import { hiddenFields, open, post, tokenOf } from './support/browserless';
import { refusedUpdate, statusOf } from './support/fakeTemporal';
import { page } from './support/reviews';

/** The page where a person chooses the source. */

describe('choosing a source', () => {
  const choices = [
    {
      tiktokVideoId: '731',
      author: 'one',
      caption: 'First',
      thumbnailUrl: 'https://p16.example.com/1.jpg',
      imageCount: 6,
      views: 1200,
    },
    { tiktokVideoId: '732', author: null, caption: null, thumbnailUrl: null, imageCount: null, views: null },
  ];
  const token = tokenOf({ scope: 'choose', revision: undefined });
  const choosing = () => {
    const opened = open();
    opened.temporal.change(statusOf({ stage: 'source', review: null, choices }, { source: { state: 'waiting' } }));
    return opened;
  };

  it('shows the candidates', async () => {
    const { text, html, headers } = await page(choosing(), token);
    expect(text).toContain('@one');
    expect(text).toContain('6 slides · 1,200 views');
    expect(text).toContain('Slideshow 2');
    expect(html).toContain('src="https://p16.example.com/1.jpg"');
    expect(text).toContain('First slide of Slideshow 2: no picture.');
    expect(headers.get('content-security-policy')).toContain("img-src 'self' https://p16.example.com;");
  });

  it('is one update', async () => {
    const opened = choosing();
    const form = hiddenFields(await page(opened, token));
    const { status } = await post(opened, `/r/${token}`, { ...form, tiktokVideoId: '732', by: 'Maria' });
    expect(status).toBe(303);
    expect(opened.temporal.updates).toMatchObject([
      {
        name: 'chooseSource',
        args: { tiktokVideoId: '732', by: 'Maria' },
        updateId: expect.stringMatching(/^choose-/),
      },
    ]);
  });

  it('needs a choice and a name', async () => {
    const opened = choosing();
    const form = hiddenFields(await page(opened, token));
    const { status, text } = await post(opened, `/r/${token}`, form);
    expect(status).toBe(422);
    expect(text).toContain('Please choose one.');
    expect(text).toContain('Please tell your name');
    expect(opened.temporal.updates).toEqual([]);
  });

  it('is asked again in a later round, which the same link answers', async () => {
    const opened = choosing();
    const chosen = { review: null, choices: null };
    opened.temporal.change(statusOf({ stage: 'content', ...chosen }, { source: { state: 'done', fact: '@one' } }));
    expect((await page(opened, token)).html).not.toContain('<form');
    opened.temporal.change(statusOf({ stage: 'source', review: null, choices }, { source: { state: 'waiting' } }));
    const form = hiddenFields(await page(opened, token));
    expect((await post(opened, `/r/${token}`, { ...form, tiktokVideoId: '732', by: 'Maria' })).status).toBe(303);
    expect(opened.temporal.updates).toHaveLength(1);
  });

  it('tells whoever comes second', async () => {
    const opened = choosing();
    const form = hiddenFields(await page(opened, token));
    opened.temporal.onUpdate = () => {
      opened.temporal.change(
        statusOf({ stage: 'content', review: null }, { source: { state: 'done', fact: '@one · 6 images' } }),
      );
      throw refusedUpdate('AlreadyDecided', 'The source has been chosen already.');
    };
    const { status, text } = await post(opened, `/r/${token}`, { ...form, tiktokVideoId: '731', by: 'Maria' });
    expect(status).toBe(409);
    expect(text).toContain('Your choice was not taken.');
    expect(text).toContain('It is @one · 6 images.');
  });

  it.each(['pending', 'running', 'blocked'] as const)('claims no choice while the step is %s', async (state) => {
    const opened = open();
    opened.temporal.change(statusOf({ stage: 'source', review: null }, { source: { state, fact: 'SourcesUsedUp' } }));
    const { text, html } = await page(opened, token);
    expect(text).toContain('There is nothing to choose yet');
    expect(text).not.toContain('SourcesUsedUp');
    expect(text.includes('held up by a problem')).toBe(state === 'blocked');
    expect(html).toContain(`data-follow="${state === 'blocked' ? 60 : 4}"`);
  });

  it('has nothing to choose any more while the onboarding is being stopped', async () => {
    const opened = open();
    opened.temporal.change(statusOf({ stage: 'source', review: null }, { source: { state: 'failed' } }));
    expect((await page(opened, token)).text).toContain('This onboarding is being stopped');
  });

  it('promises no review, since the input may do without one', async () => {
    const opened = choosing();
    expect((await page(opened, token)).text).not.toMatch(/review/i);
    for (const state of ['running', 'done'] as const) {
      opened.temporal.change(statusOf({ stage: 'source', review: null }, { source: { state } }));
      expect((await page(opened, token)).text).not.toMatch(/review/i);
    }
  });

  it('is no way to decide a review, nor the other way round', async () => {
    const opened = open();
    const { html } = await page(opened, token);
    expect(html).not.toContain('name="do"');
    const form = hiddenFields(await page(opened, tokenOf(), '?do=approve'));
    expect((await post(opened, `/r/${token}`, { ...form, reviewer: 'Maria' })).status).toBe(403);
    expect(opened.temporal.updates).toEqual([]);
  });
});
