import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { until } from '../../support/environment';

export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const SMALLEST: BrowserContextOptions = { viewport: { width: 320, height: 640 } };
export const WITHOUT_SCRIPTS: BrowserContextOptions = { ...PHONE, javaScriptEnabled: false };
export const WAIT_MS = 90_000;
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export interface Person {
  page: Page;
  /** What the browser's console calls an error, also every violation of the page's own policy. */
  complaints: string[];
}

/** A reviewer or customer with a browser of their own, in Berlin. */
export async function person(browser: Browser, options: BrowserContextOptions = PHONE): Promise<Person> {
  const context = await browser.newContext({ timezoneId: 'Europe/Berlin', locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

export const heading = (page: Page): Promise<string> => page.locator('h1').innerText();
export const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

/** For pages without scripts: looks again until it is there. */
export const untilSays = (page: Page, text: string): Promise<boolean> =>
  until(
    async () => {
      await page.reload();
      return (await page.getByText(text).count()) > 0;
    },
    WAIT_MS,
    text,
  );

/** From the page of the review to the filled-in form of the second step. */
export async function decide(
  page: Page,
  button: 'Approve …' | 'Ask for changes …' | 'Reject …',
  name: string,
  comment?: string,
): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByLabel('Your name').fill(name);
  if (comment !== undefined) await page.locator('#comment').fill(comment);
}

/** Whether something is seen as a whole, and not cut off by what it stands in. */
export async function wholeInside(inner: Locator, outer: Locator): Promise<boolean> {
  const [a, b] = await Promise.all([inner.boundingBox(), outer.boundingBox()]);
  if (a === null || b === null || !(await inner.isVisible())) return false;
  return a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
}

/** Presses Tab until the control with that label or text has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const wanted = page.getByLabel(name, { exact: true }).or(page.getByText(name, { exact: true }));
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(':focus').and(wanted).count()) > 0) return;
  }
  throw new Error(`${name} cannot be reached with the keyboard`);
}

/** What axe objects to, as `rule: element`, and by how many pixels the page is too wide. */
export async function faults(page: Page): Promise<{ violations: string[]; overflow: number }> {
  await page.evaluate(AXE); // not as a script tag: the policy of the page forbids that, as it should
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
  return {
    violations: found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
    overflow: await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    ),
  };
}

export const NO_FAULTS = { violations: [], overflow: 0 };
