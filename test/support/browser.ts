import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const MISSING =
  'No Chrome or Chromium was found, so nothing was tried in a real browser. ' +
  'Install one (Debian: apt-get install chromium), or set CHROME_PATH.';

const runs = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** An installed Chrome or Chromium: the one that `CHROME_PATH` names, else one under a usual name; `null` for none. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['CHROME_PATH'];
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROME_PATH: there is no ${named}`);
    return named;
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE].find(runs) ?? null;
}

/** Opens it without a window; nothing of it talks to anybody but the pages under test. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findBrowser() ?? undefined,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/**
 * `describe` for tests that need a browser. Where there is none they are reported as skipped, and why is said aloud; in
 * CI (`CI=true`) that is a failure, so that nobody goes without them unnoticed.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (findBrowser() !== null) return describe(name, tests);
  if (process.env['CI']) return describe(name, () => it('needs a browser', () => Promise.reject(new Error(MISSING))));
  process.stderr.write(`\n${name}: ${MISSING}\n\n`);
  describe.skip(`${name} (no browser: skipped)`, tests);
}
