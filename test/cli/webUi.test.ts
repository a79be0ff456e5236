import MarkdownIt from 'markdown-it';
import { startDetails, startSummary } from '../../src/client/startTexts';
import type { OnboardingPlan } from '../../src/contract/plan';
import { validateInput } from '../../src/input';
import { renderDetails } from '../../src/workflows/status/details';
import { BLOCKED, blockedStatus, NOW, REVIEW, reviewStatus } from './fixtures/views';

/** As lenient as a renderer can be: it makes links of bare addresses, and takes HTML. */
const html = (markdown: string): string => new MarkdownIt({ html: true, linkify: true }).render(markdown);
const shownText = (markdown: string): string =>
  html(markdown)
    .replace(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const HOSTILE = [
  '![x](https://tracker.example/p.png) [Approve here](https://evil.example/login)',
  '[Acme](https://evil.example)',
  '<img src=x onerror=alert(1)>',
  '<https://evil.example>',
  'https://evil.example/login',
  'see www.evil.example, or mail me@evil.example',
  '[a]: https://evil.example',
  '# Approved',
  '1. one',
  '- one',
  '| a | b |',
  '~~gone~~ **bold** _soft_ `code`',
  '&#91;x](https://evil.example)',
  '\\[x](javascript:alert(1))',
  '``` x',
];

test.each(HOSTILE)('%s is shown as text', (text) => {
  const review = { ...REVIEW, caption: text, preview: null };
  const steps = reviewStatus().steps.map((step) => (step.step === 'source' ? { ...step, fact: text } : step));
  const status = { ...reviewStatus(), customer: { externalId: 'acme', name: text }, review, steps, notes: [text] };
  const blocked = [{ ...BLOCKED, item: text, cause: text, fix: text, requestId: text }];
  const cleanup = [{ what: text, done: false, error: text }];
  for (const details of [renderDetails(status), renderDetails({ ...blockedStatus(), blocked, cleanup })])
    expect(html(details)).not.toMatch(/<(a|img|h1|ol|s|strong>bold|em)\b/);

  expect(shownText(renderDetails(status)).replace(/\s+/g, ' ')).toContain(`${text} · sandbox`);
});

test('the start says a name as text, too, and in as many bytes as the server takes', () => {
  const name = '[Acme](https://evil.example)';
  const project = { name, customerExternalId: 'acme', timezone: 'UTC' };
  const checked = validateInput({ project }, { now: NOW, workflowId: null }) as { plan: OnboardingPlan };
  for (const text of [startSummary(checked.plan), startDetails(checked.plan, 'onboard-acme')])
    expect(html(text)).not.toMatch(/<a\b/);
  for (const length of [30, 300]) {
    const plan = { ...checked.plan, project: { ...checked.plan.project, name: '`['.repeat(length) } };
    expect(Buffer.byteLength(startSummary(plan))).toBeLessThanOrEqual(200);
  }
});

test.each([
  ['https://cdn.layers.com/1.png', true],
  ['http://127.0.0.1:4010/1.svg', true],
  ['javascript:alert(1)', false],
  ['http://evil.example/1.png', false],
  ['https://x/) [a](https://evil.example', false],
  ['data:text/html,x', false],
])('a preview at %s: a link %s', (primaryUrl, isLink) => {
  const review = { ...REVIEW, preview: { ...REVIEW.preview!, primaryUrl } };
  const shown = html(renderDetails({ ...reviewStatus(), review }));
  expect(/<a href/.test(shown)).toBe(isLink);
});
