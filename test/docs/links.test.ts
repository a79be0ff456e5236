import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
const PAGES = ['README.md', 'CHANGELOG.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);

const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The anchors of a page, as GitHub makes them of headings, and those that are written out. */
function anchorsOf(path: string): string[] {
  const headings = [...text(path).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text(path).matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!)];
}

test.each(PAGES)('every link in %s leads somewhere', (page) => {
  const links = [...text(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^\w+:/.test(link));
  for (const link of links) {
    const [path, anchor] = link.split('#');
    const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path!));
    if (!existsSync(join(ROOT, target))) throw new Error(`${page} links to ${link}, which is not there`);
    if (anchor !== undefined && !anchorsOf(target).includes(anchor))
      throw new Error(`${page} links to ${link}, but ${target} has no such heading`);
  }
  expect(page === 'README.md' ? links.length : 1).toBeGreaterThan(0);
});
