import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, type CatalogueEntry, type ErrorCode } from '../../src/contract/catalogue';
import { LayersError } from '../../src/layers/errors';
import { renderErrorDocs } from '../../scripts/errorDocs';

const page = renderErrorDocs();
const CODES = Object.keys(CATALOGUE) as ErrorCode[];

const sectionOf = (code: ErrorCode): string => page.split('<a id="').find((part) => part.startsWith(`${code}"`))!;

test('docs/errors.md is in step with the catalogue; if not: npm run docs:errors', () => {
  expect(readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8')).toBe(page);
});

test.each(CODES)('%s has a section: meaning, fix, and one command', (code) => {
  const section = sectionOf(code);
  const { meaning, fix } = CATALOGUE[code];
  expect(section).toContain(`### ${code}\n\n${meaning}\n`);
  expect(section).toContain(`| Fix | ${fix} |`);
  expect(section.match(/```bash\n(layers-onboarding|temporal) .+\n```/g)).toHaveLength(1);
  expect(page).toContain(`| [${code}](#${code}) |`);
});

test.each(CODES)('the texts of %s read well alone, and before a command', (code) => {
  const { meaning, fix } = CATALOGUE[code];
  for (const sentence of [meaning, fix]) expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(fix).not.toMatch(/then retry|Retry:/);
});

/** The judgement that the activities act on, for a refusal as Layers sends it. */
const judged = (code: string, status: number) =>
  new LayersError('POST', '/v1/x', {
    kind: 'refused',
    status,
    code,
    message: null,
    requestId: null,
    details: {},
    retryAfterMs: null,
  }).classification;

const REFUSED = CODES.flatMap((code) => {
  const { source, http }: CatalogueEntry = CATALOGUE[code];
  return source === 'layers' ? (http.length === 0 ? [409] : http).map((status) => [code, status] as const) : [];
});

test.each(REFUSED)('what the page says of %s (%d) is what is done about it', (code, status) => {
  const { retry, tries, retryAfterMs, details } = judged(code, status);
  const section = sectionOf(code);
  const kind = CATALOGUE[code].retry;
  // What Temporal retries is mended by time as well, should its retries use up the time of a step.
  expect(details.heals).toBe(kind === 'heals' || kind === 'temporal');
  if (tries === 3) expect(section).toContain('| Asked three times');
  else if (tries === 5) expect(section).toContain('is sent up to five times');
  else expect(retry === 'temporal').toBe(kind === 'temporal');
  if (tries === undefined && retryAfterMs !== undefined) expect(section).toContain('(30 seconds without one');
});

test('an answer that is no JSON is asked for three times', () => {
  const { classification } = new LayersError('GET', '/v1/x', {
    kind: 'unreadable',
    status: 200,
    requestId: null,
    problem: 'HTML',
  });
  expect(classification).toMatchObject({ retry: 'temporal', tries: 3, details: { code: 'UnexpectedResponse' } });
  expect(sectionOf('UnexpectedResponse')).toContain('is sent three times');
});
