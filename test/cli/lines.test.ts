import { changesBetween } from '../../src/cli/show/changes';
import { jsonLine } from '../../src/cli/show/jsonLines';
import { heartbeat, plainLines } from '../../src/cli/show/plain';
import { renderFrame } from '../../src/cli/show/render';
import type { OnboardingView } from '../../src/client/view';
import {
  after,
  blockedStatus,
  finishedView,
  NOW,
  REVIEW,
  reviewStatus,
  statusOf,
  stepsWith,
  viewOf,
} from './fixtures/views';

const plain = (before: OnboardingView | null, view: OnboardingView): string[] =>
  changesBetween(before, view).flatMap((change) => plainLines(change, view, {}, NOW));
const json = (before: OnboardingView | null, view: OnboardingView): unknown[] =>
  changesBetween(before, view).map((change) => JSON.parse(jsonLine(change, view.workflowId, NOW)) as unknown);
const HEAD = { t: '2026-05-12T14:02:11.000Z', workflowId: 'onboard-acme-coffee' };

test('at first everything that is known, then only what is new', () => {
  const view = viewOf(statusOf());
  expect(plain(null, view)).toEqual([
    '14:02:11Z acme-coffee check input done (0.1s)',
    '14:02:11Z acme-coffee create project done prj_9cb94a54-0000-4000-8000-00000000da7c (0.8s)',
    '14:02:11Z acme-coffee upload media done logo, 2 screenshots (3.1s)',
    '14:02:11Z acme-coffee influencer done "Maya" ready (58.2s)',
    '14:02:11Z acme-coffee keyword bank waiting',
    '14:02:11Z acme-coffee connect tiktok waiting tiktok: the customer has to connect an account',
  ]);
  expect(plain(view, view)).toEqual([]);
  const steps = view.status!.steps.map((step) =>
    step.step === 'keywords' ? { ...step, state: 'done' as const, fact: '42 keywords', finishedAt: after(166) } : step,
  );
  const next = viewOf(statusOf({ steps }));
  expect(plain(view, next)).toEqual(['14:02:11Z acme-coffee keyword bank done 42 keywords (2m 40s)']);
  expect(json(view, next)).toEqual([{ ...HEAD, step: 'keywords', state: 'done', fact: '42 keywords', ms: 160_000 }]);
});

test('a blocked step tells why and what to type', () => {
  const quiet = viewOf({ ...blockedStatus(), blocked: [] });
  expect(plain(quiet, viewOf(blockedStatus()))).toEqual([
    '14:02:11Z acme-coffee generate slideshow blocked by BILLING_EXHAUSTED (HTTP 402): The Layers wallet has 12 credits; this needs 40. Top up the Layers wallet.',
    '14:02:11Z acme-coffee completed steps are kept; then: layers-onboarding retry acme-coffee',
  ]);
});

test('a review is announced once, its decision once', () => {
  const before = viewOf({ ...reviewStatus(), review: null });
  const asked = viewOf(reviewStatus());
  expect(plain(before, asked)).toEqual([
    '14:02:11Z acme-coffee review of round 1 waits until Tue 19 May 07:02 Los Angeles (14:02Z): https://cdn.layers.com/cnt_1/1.png',
    '14:02:11Z acme-coffee approve it: layers-onboarding approve acme-coffee',
  ]);
  const decision = { revision: 0, decision: 'approve', reviewer: 'maria', at: after(166), comment: null } as const;
  const decided = viewOf({ ...reviewStatus(), review: { ...REVIEW, decision } });
  expect(plain(asked, decided)).toEqual(['14:02:11Z acme-coffee decision: approved by maria']);
  expect(plain(decided, decided)).toEqual([]);
  const secondRound = viewOf({ ...reviewStatus(), review: { ...REVIEW, revision: 1, earlier: [decision] } });
  expect(json(decided, secondRound)).toMatchObject([{ review: { revision: 1 } }]);
});

test('a retry is told per attempt, a wait is not', () => {
  const call = {
    activity: 'createProject',
    attempt: 2,
    type: 'ApiUnavailable',
    message: 'Layers answered 503',
    nextAt: after(177),
  };
  const wait = { ...call, activity: 'getKeywords', type: 'NotReady' };
  const before = viewOf(statusOf());
  const first = viewOf(statusOf(), { retries: [call, wait] });
  expect(plain(before, first)).toEqual([
    '14:02:11Z acme-coffee createProject did not succeed yet: Layers answered 503. Next try in 10s (attempt 2).',
  ]);
  expect(plain(first, first)).toEqual([]);
  expect(plain(first, viewOf(statusOf(), { retries: [{ ...call, attempt: 3, nextAt: null }] }))).toEqual([
    '14:02:11Z acme-coffee createProject did not succeed yet: Layers answered 503. Trying again now (attempt 3).',
  ]);
});

test('a silent worker is told once, and its answer brings nothing old again', () => {
  const before = viewOf(statusOf());
  const silent = viewOf(statusOf(), { noStatus: 'no worker answers' });
  expect(plain(before, silent)).toEqual([
    '14:02:11Z acme-coffee no worker answers on the task queue "layers-onboarding"; trying again',
  ]);
  expect(plain(silent, silent)).toEqual([]);
  expect(plain(silent, before)).toEqual([]);
});

test('the end: the outcome and what to do next', () => {
  const view = finishedView();
  const lines = plain(viewOf(view.status), view);
  expect(lines).toEqual([
    '14:02:11Z acme-coffee ✔ Scheduled',
    '14:02:11Z acme-coffee post Fri 15 May 09:00 Los Angeles (16:00Z) · publish · sa_1 · sp_1',
    '14:02:11Z acme-coffee decision approved by maria · Tue 12 May 07:02 Los Angeles (14:02Z) · "Great"',
    '14:02:11Z acme-coffee Done. The result as JSON: layers-onboarding status acme-coffee --json',
  ]);
  expect(json(viewOf(view.status), view)).toMatchObject([
    { ...HEAD, execution: 'completed', outcome: 'scheduled', result: { projectId: 'prj_9cb9' } },
  ]);
});

test('the end of a demo, whose server stops with it, names no command that would find nobody', () => {
  const view = finishedView();
  const changes = changesBetween(viewOf(view.status), view);
  const lines = changes.flatMap((change) => plainLines(change, view, { stopsToo: true }, NOW));
  expect(lines).toHaveLength(3);
  expect(lines.join()).not.toContain('layers-onboarding status');
  expect(renderFrame(view, { now: NOW, links: { stopsToo: true } })).not.toContain('layers-onboarding status');
  expect(renderFrame(viewOf(statusOf()), { now: NOW, links: { stopsToo: true } })).toContain('Next: ');
});

test('the heartbeat names what is under way', () => {
  expect(heartbeat(viewOf(statusOf()), NOW)).toBe(
    '14:02:11Z acme-coffee still running: keyword bank (2m 41s), connect tiktok (2m 46s)',
  );
  expect(heartbeat(viewOf(statusOf({ steps: stepsWith({}) })), NOW)).toBe(
    '14:02:11Z acme-coffee still running: preparing',
  );
});
