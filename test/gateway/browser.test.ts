import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { OnboardingResult } from '../../src/contract/result';
import { describeInBrowser, openBrowser } from '../support/browser';
import { effects, underReview, until, untilStatus } from '../support/environment';
import { nextWeek } from '../support/inputs';
import {
  decide,
  faults,
  heading,
  NO_FAULTS,
  person,
  says,
  SMALLEST,
  tabTo,
  untilSays,
  WAIT_MS,
  wholeInside,
  WITHOUT_SCRIPTS,
  PHONE,
  type Person,
} from './support/people';
import { openStage, type Stage } from './support/stage';

/** What people do, in a real browser: with a phone, without scripts, with the keyboard, two at once. */

let stage: Stage;
let browser: Browser;
const open = (options?: BrowserContextOptions): Promise<Person> => person(browser, options);

describeInBrowser('in a browser', () => {
  beforeAll(async () => {
    [stage, browser] = await Promise.all([openStage(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('a post is approved on a phone with scripts off, and scheduled once the customer has connected the account', async () => {
    const handle = await stage.onboard();
    const { workflowId } = handle;
    const { page } = await open(WITHOUT_SCRIPTS);
    await page.goto(stage.page('r', { workflowId }));
    expect(await heading(page)).toBe('Please review this post');
    expect(await page.locator('.slides img').count()).toBeGreaterThan(3);
    await says(page, /09:00 \(Los Angeles\)/);

    await decide(page, 'Approve …', 'Maria');
    await page.getByRole('button', { name: /^Approve and schedule for \w{3} \d+ \w{3} 09:00$/ }).click();
    expect(await heading(page)).toBe('Approved by Maria');
    await says(page, /Waiting for the owner to connect TikTok/);
    expect(effects(stage.sandbox, 'post.created')).toHaveLength(0);

    const customer = await open(WITHOUT_SCRIPTS);
    await customer.page.goto(stage.page('c', { workflowId }));
    await customer.page.getByRole('button', { name: 'Connect TikTok' }).click();
    expect(new URL(customer.page.url()).origin).toBe(stage.sandbox.url);
    await customer.page.locator('[name=decision][value=allow]').click();
    expect(customer.page.url()).toMatch(/\/c\/return$/);
    await untilSays(customer.page, 'Your TikTok account is connected.');

    await untilSays(page, 'Scheduled: it will be posted');
    expect(((await handle.result()) as OnboardingResult).outcome).toBe('scheduled');
    expect(effects(stage.sandbox, 'post.created')).toHaveLength(1);
  });

  it('changes are asked for, the page follows by itself, and round 2 is approved for another time', async () => {
    const handle = await stage.onboard();
    const { page, complaints } = await open();
    await page.goto(stage.page('r', { workflowId: handle.workflowId }));
    await says(page, /that is .* for you \(Berlin\)/);

    await decide(page, 'Ask for changes …', 'Maria', 'Brighter, please.');
    await page.getByText('Notes on single slides').click();
    await page.getByLabel('Slide 2', { exact: true }).fill('Too dark');
    await page.getByLabel('A new search').check();
    await page.getByLabel('Search for').fill('morning coffee');
    await page.getByRole('button', { name: 'Ask for changes' }).click();

    // Without a reload by the reviewer the page moves on until round 2 can be decided.
    await page.getByRole('heading', { name: 'Please review this post' }).waitFor();
    await says(page, 'Round 2');
    await says(page, 'Brighter, please.');
    await says(page, 'Slide 2: Too dark');

    await page.getByRole('link', { name: 'Choose another time' }).click();
    const at = nextWeek().replace('T09:00', 'T18:30');
    await page.locator('#at').fill(at);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Your name').fill('Maria');
    await page.getByRole('button', { name: /18:30$/ }).click();
    await page.getByRole('heading', { name: 'Approved by Maria' }).waitFor();
    expect(await faults(page)).toEqual(NO_FAULTS);
    const status = await untilStatus(handle, ({ review }) => review?.decision?.decision === 'approve');
    expect(status.review).toMatchObject({
      revision: 1,
      earlier: [{ comment: 'Brighter, please.', slides: [{ index: 1 }] }],
    });
    expect(status.review!.scheduledFor).toMatch(/T(01|02):30:00Z$/);
    expect(complaints).toEqual([]);
  });

  it('of two reviewers at once one decides, and the other is told', async () => {
    const handle = await stage.onboard();
    const url = stage.page('r', { workflowId: handle.workflowId });
    const [maria, bob] = await Promise.all([open(), open(WITHOUT_SCRIPTS)]);
    await Promise.all([maria.page.goto(url), bob.page.goto(url)]);
    await decide(maria.page, 'Approve …', 'Maria');
    await decide(bob.page, 'Reject …', 'Bob', 'Off brand.');
    await Promise.all([
      maria.page.getByRole('button', { name: /^Approve and/ }).click(),
      bob.page.getByRole('button', { name: /^Reject:/ }).click(),
    ]);
    await Promise.all([says(maria.page, /(Approved|Rejected) by/), says(bob.page, /(Approved|Rejected) by/)]);
    const told = await Promise.all([heading(maria.page), heading(bob.page)]);
    expect(new Set(told).size).toBe(1);
    const loser = told[0] === 'Approved by Maria' ? bob : maria;
    await says(loser.page, 'Your answer was not taken.');
  });

  it('a link to a round that is over says so, and shows the current one without buttons', async () => {
    const handle = await stage.onboard();
    const url = stage.page('r', { workflowId: handle.workflowId });
    const [maria, late] = await Promise.all([open(), open()]);
    await maria.page.goto(url);
    await decide(maria.page, 'Ask for changes …', 'Maria', 'Another one.');
    await maria.page.getByRole('button', { name: 'Ask for changes' }).click();
    await untilStatus(handle, ({ review }) => review?.revision === 1);
    await late.page.goto(url);
    expect(await heading(late.page)).toBe('A newer round has replaced this one');
    expect(await faults(late.page)).toEqual(NO_FAULTS);
    expect(await late.page.locator('button').count()).toBe(0);
    await says(late.page, 'Another one.');
  });

  it('everything is reached with the keyboard alone: a round of changes, then the approval', async () => {
    const handle = await stage.onboard({ schedule: undefined });
    const { page } = await open(WITHOUT_SCRIPTS);
    const type = async (label: string, text: string): Promise<void> => {
      await tabTo(page, label);
      await page.keyboard.type(text);
    };
    const press = async (name: string): Promise<void> => {
      await tabTo(page, name);
      await page.keyboard.press('Enter');
    };
    const url = stage.page('r', { workflowId: handle.workflowId });
    await page.goto(url);
    await press('Ask for changes …');
    await page.getByLabel('Your name').waitFor();
    await type('Your name', 'Maria');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Brighter, please.');
    await press('Ask for changes');
    const { review } = await untilStatus(handle, (status) => underReview(status) && status.review!.revision === 1);
    expect(review!.earlier).toMatchObject([{ reviewer: 'Maria', comment: 'Brighter, please.' }]);

    await page.goto(stage.page('r', { workflowId: handle.workflowId, revision: 1 }));
    await press('Approve …');
    await page.getByLabel('Your name').waitFor();
    await type('Your name', 'Maria');
    await press('Approve');
    await page.getByRole('heading', { name: 'Approved by Maria' }).waitFor();
  });

  it('pictures that cannot be loaded say so wherever they are, with and without scripts', async () => {
    const { workflowId } = await stage.onboard();
    const choosing = await stage.onboard(
      { content: { source: { pick: 'person' } } },
      ({ choices }) => choices !== null,
    );
    const review = stage.page('r', { workflowId });
    const choose = stage.page('r', { workflowId: choosing.workflowId, scope: 'choose' });
    const pages = [review, `${review}?do=approve`, `${review}?do=reject`, `${review}?do=changes`, choose];
    for (const options of [PHONE, WITHOUT_SCRIPTS]) {
      const { page } = await open(options);
      await page.route(/\/media\//, (route) => route.abort());
      const wanted = options === PHONE ? /^(S|First s)lide .* could not be loaded\.$/ : /^Picture not loaded\.$/;
      for (const url of pages) {
        await page.goto(url);
        const notes = page.getByText('Notes on single slides');
        if ((await notes.count()) > 0) await notes.click();
        const frame = page.locator('.frame').first();
        await frame.scrollIntoViewIfNeeded(); // pictures out of sight are not even asked for
        const said = frame.locator('.missing');
        await until(async () => wanted.test(await said.innerText()), WAIT_MS, `the text on ${url}`);
        expect(await wholeInside(said, frame)).toBe(true);
      }
    }
  });

  it('a denied account says so, and can be tried again until it is connected', async () => {
    const handle = await stage.onboard();
    const { page } = await open();
    await page.goto(stage.page('c', { workflowId: handle.workflowId }));
    await page.getByRole('button', { name: 'Connect TikTok' }).click();
    await page.locator('[name=decision][value=deny]').click();
    await page.getByRole('heading', { name: 'TikTok is not connected' }).waitFor();
    expect(await faults(page)).toEqual(NO_FAULTS);
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Connect TikTok' }).click();
    await page.locator('[name=decision][value=allow]').click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    await says(page, 'Your TikTok account is connected.');
    expect(await faults(page)).toEqual(NO_FAULTS);
    await untilStatus(handle, ({ steps }) => steps.find(({ step }) => step === 'social')!.state === 'done');
  });

  it('a person chooses the source from thumbnails', async () => {
    const handle = await stage.onboard({ content: { source: { pick: 'person' } } }, ({ choices }) => choices !== null);
    const { page, complaints } = await open(WITHOUT_SCRIPTS);
    await page.goto(stage.page('r', { workflowId: handle.workflowId, scope: 'choose' }));
    await page.setViewportSize({ width: 320, height: 640 });
    const [first, second] = await Promise.all([0, 1].map((at) => page.locator('.sources li').nth(at).boundingBox()));
    expect(second!.y).toBe(first!.y); // side by side on the smallest screen, too
    const third = page.locator('input[type=radio]').nth(2);
    const chosen = await third.getAttribute('value');
    await third.check();
    await page.getByLabel('Your name').fill('Maria');
    await page.getByRole('button', { name: 'Use this one' }).click();
    expect(await heading(page)).toBe('The slideshow has been chosen');
    const { review } = await untilStatus(handle, (status) => status.review !== null);
    expect(review!.source!.tiktokVideoId).toBe(chosen);
    expect(complaints).toEqual([]);
  });

  it('no page has anything that axe objects to, in light and dark, and none is wider than 320 pixels', async () => {
    const plain = await stage.onboard();
    const both = await stage.onboard({ social: { connect: [{ platform: 'tiktok' }, { platform: 'instagram' }] } });
    const choosing = await stage.onboard(
      { content: { source: { pick: 'person' } } },
      ({ choices }) => choices !== null,
    );
    const review = stage.page('r', { workflowId: plain.workflowId });
    const pages = [
      review,
      `${review}?do=approve`,
      `${review}?do=changes`,
      `${review}?do=reject`,
      `${review}?do=time`,
      `${review}?do=approve&at=2020-01-01T09:00`,
      stage.page('r', { workflowId: plain.workflowId, scope: 'view' }),
      stage.page('r', { workflowId: plain.workflowId, revision: 1 }),
      stage.page('r', { workflowId: plain.workflowId, expiresAt: 1 }),
      stage.page('r', { workflowId: choosing.workflowId, scope: 'choose' }),
      stage.page('c', { workflowId: both.workflowId }),
      `${stage.gateway.publicUrl}/c/return`,
      `${stage.gateway.publicUrl}/r/forged`,
    ];
    const light = await open({ ...SMALLEST, colorScheme: 'light' });
    for (const url of pages) {
      await light.page.goto(url);
      expect({ url, ...(await faults(light.page)) }).toEqual({ url, ...NO_FAULTS });
    }
    const dark = await open({ ...SMALLEST, colorScheme: 'dark' });
    for (const url of [`${review}?do=approve&at=2020-01-01T09:00`, pages.at(-3)!, review]) {
      await dark.page.goto(url);
      expect({ url, ...(await faults(dark.page)) }).toEqual({ url, ...NO_FAULTS });
    }
    await decide(dark.page, 'Approve …', 'Maria');
    await dark.page.getByRole('button', { name: /^Approve and/ }).click();
    await dark.page.getByRole('heading', { name: 'Approved by Maria' }).waitFor();
    expect(await faults(dark.page)).toEqual(NO_FAULTS);
  });

  it('its pictures for the documentation can be taken (SCREENSHOTS=1 keeps them)', async () => {
    const handle = await stage.onboard();
    const { page, complaints } = await open({ viewport: { width: 940, height: 1000 }, deviceScaleFactor: 1 });
    await page.goto(stage.page('r', { workflowId: handle.workflowId }));
    const loaded = '[...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0)';
    await until(() => page.evaluate<boolean>(loaded), WAIT_MS, 'the pictures');
    const keep = process.env['SCREENSHOTS'] === '1';
    if (keep) mkdirSync('docs', { recursive: true });
    const picture = await page.screenshot({ fullPage: true, ...(keep ? { path: 'docs/review-page.png' } : {}) });
    expect(picture.length).toBeGreaterThan(20_000);
    expect(complaints).toEqual([]);
  });
});
