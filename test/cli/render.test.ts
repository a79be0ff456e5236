import { renderFrame, type FrameOptions } from '../../src/cli/show/render';
import { width } from '../../src/cli/show/text';
import type { OnboardingView } from '../../src/client/view';
import {
  after,
  BLOCKED,
  blockedStatus,
  finishedView,
  NOW,
  RESULT,
  REVIEW,
  reviewStatus,
  statusOf,
  stepsWith,
  viewOf,
} from './fixtures/views';

const frame = (view: OnboardingView, options: Partial<FrameOptions> = {}): string =>
  '\n' + renderFrame(view, { now: NOW, ...options }) + '\n';

test('running: done steps with their fact, moving ones with what is usual, trouble said calmly', () => {
  const view = viewOf(statusOf({ notes: ['Ignored the signal approve: nothing is under review yet.'] }), {
    retries: [
      { activity: 'createProject', attempt: 3, type: 'RATE_LIMITED', message: '429', nextAt: after(185) },
      { activity: 'uploadAppMedia', attempt: 2, type: 'RATE_LIMITED', message: '429', nextAt: after(190) },
      {
        activity: 'getKeywords',
        attempt: 4,
        type: 'NotReady',
        message: 'the keyword bank is researched (usually 270s)',
        nextAt: after(180),
      },
    ],
  });
  const links = {
    webUi: 'http://localhost:8080/namespaces/default/workflows/onboard-acme-coffee',
    connect: 'https://x.example/c/1',
  };
  expect(frame(view, { live: true, links })).toBe(`
 Acme Coffee   onboard-acme-coffee   SANDBOX                      elapsed 2m 47s
 ✔ Create project        prj_9cb9…da7c                                      0.8s
 ✔ Upload media          logo, 2 screenshots                                3.1s
 ✔ Influencer            "Maya" ready                                      58.2s
 ⠋ Keyword bank          the keyword bank is researched · usually 4m 30s  2m 41s
 ◌ Connect TikTok        tiktok: the customer has to connect an account   2m 46s
     send      https://x.example/c/1
     until     Tue 26 May 07:00 Los Angeles (14:00Z)
 ○ Pick source
 ○ Generate slideshow
 ○ Review
 ○ Schedule

 ! Layers asked us to slow down (429). Next try in 18s (attempt 3).
 · Ignored the signal approve: nothing is under review yet.

 Web UI  http://localhost:8080/namespaces/default/workflows/onboard-acme-coffee
 Ctrl-C detaches; the onboarding keeps running.
`);
});

test('blocked: why, how to mend it, what else, whom to ask', () => {
  expect(frame(viewOf(blockedStatus()))).toBe(`
 Acme Coffee   onboard-acme-coffee   SANDBOX                      elapsed 2m 47s
 ✔ Create project        prj_9cb9…da7c                                      0.8s
 ✔ Upload media          logo, 2 screenshots                                3.1s
 ✔ Influencer            "Maya" ready                                      58.2s
 ✔ Keyword bank          42 keywords                                      1m 34s
 ✔ Connect account       sa_1                                              29.0s
 ✔ Pick source           @morningroutine · 6 images                         1.2s
 ✖ Generate slideshow    BLOCKED  BILLING_EXHAUSTED (HTTP 402)             1m 5s
     why       The Layers wallet has 12 credits; this needs 40.
     fix       Top up the Layers wallet. Then:
               layers-onboarding retry acme-coffee
     or        layers-onboarding abort acme-coffee
     meanwhile tries again by itself in 5m
     support   Layers request req_01HX
     Completed steps are kept and will not run again.
 ○ Review
 ○ Schedule

 Next: mend the cause, then layers-onboarding retry acme-coffee
`);
});

test('several blocked items: each with a command that names it', () => {
  const media = { ...BLOCKED, step: 'media' as const, actions: ['retry', 'skip', 'abort'] as typeof BLOCKED.actions };
  const status = statusOf({
    attention: 'operator',
    steps: stepsWith({ media: { state: 'blocked', startedAt: after(1) } }),
    blocked: [
      { ...media, item: 'logo', retryAt: undefined },
      { ...media, item: "it's.png", code: 'VALIDATION', httpStatus: 422, requestId: null, retryAt: undefined },
    ],
  });
  const text = frame(viewOf(status));
  expect(text).toContain(' ✖ Upload media          BLOCKED  2 items');
  expect(text).toContain('     logo  BILLING_EXHAUSTED (HTTP 402)\n');
  expect(text).toContain('               layers-onboarding retry acme-coffee --step media --item logo\n');
  expect(text).toContain(
    "     or        layers-onboarding skip acme-coffee --step media \\\n                 --item 'it'\\''s.png'\n",
  );
});

test('waiting for a reviewer: what to look at, and the three commands', () => {
  const links = { review: 'http://localhost:3000/r/abc', program: 'npm run cli --' };
  expect(frame(viewOf(reviewStatus()), { links })).toBe(`
 Acme Coffee   onboard-acme-coffee   SANDBOX                      elapsed 2m 47s
 ✔ Create project        prj_9cb9…da7c                                      0.8s
 ✔ Upload media          logo, 2 screenshots                                3.1s
 ✔ Influencer            "Maya" ready                                      58.2s
 ✔ Keyword bank          42 keywords                                      1m 34s
 ✔ Connect account       sa_1                                              29.0s
 ✔ Pick source           @morningroutine · 6 images                         1.2s
 ✔ Generate slideshow    2 slides, cnt_1                                   48.8s
 ⏸ Review                waiting for a decision · round 1                    17s
     what      2 slides · persona "Maya" · after @morningroutine
     caption   "Your 5am shift called. It wants better coffee."
     look      https://cdn.layers.com/cnt_1/1.png
     post at   Fri 15 May 09:00 Los Angeles (16:00Z)
     open      http://localhost:3000/r/abc
     approve   npm run cli -- approve acme-coffee
     changes   npm run cli -- request-changes acme-coffee --slides 2,4 \\
                 --comment "…"
     reject    npm run cli -- reject acme-coffee --comment "…"
     until     Tue 19 May 07:02 Los Angeles (14:02Z); without a decision nothing
               is posted
 ○ Schedule              Fri 15 May 09:00 Los Angeles (16:00Z)

 Next: npm run cli -- approve acme-coffee
`);
});

test('scheduled: the time in the zone of the customer and in UTC, and who decided', () => {
  expect(frame(finishedView())).toBe(`
 Acme Coffee   onboard-acme-coffee   SANDBOX                         took 2m 42s
 ✔ Create project        prj_9cb9…da7c                                      0.8s
 ✔ Upload media          logo, 2 screenshots                                3.1s
 ✔ Influencer            "Maya" ready                                      58.2s
 ✔ Keyword bank          42 keywords                                      1m 34s
 ✔ Connect account       sa_1                                              29.0s
 ✔ Pick source           @morningroutine · 6 images                         1.2s
 ✔ Generate slideshow    2 slides, cnt_1                                   48.8s
 ✔ Review                approved by maria                                 10.0s
 ✔ Schedule              Fri 15 May 09:00 Los Angeles (16:00Z), 1 post      1.5s

 ✔ Scheduled
     post      Fri 15 May 09:00 Los Angeles (16:00Z) · publish · sa_1 · sp_1
     decision  approved by maria · Tue 12 May 07:02 Los Angeles (14:02Z) ·
               "Great"

 Done. The result as JSON: layers-onboarding status acme-coffee --json
`);
});

test('no worker: what the server knows by itself, said to be that', () => {
  const base = viewOf(null);
  const server = {
    ...base.server,
    attention: 'operator' as const,
    waitsFor: ['operator' as const],
    errorCodes: ['BILLING_EXHAUSTED'],
    waitingSince: after(120),
  };
  expect(frame({ ...base, server })).toBe(`
 Acme Coffee   onboard-acme-coffee   SANDBOX                      elapsed 2m 47s

 This is what the Temporal server knows by itself, as of the last change:
     stage     preparing
     waits for operator since Tue 12 May 07:01 Los Angeles (14:01Z)
     errors    BILLING_EXHAUSTED
     project   prj_9cb9

 ! no worker answers (task queue "layers-onboarding")

 Next: start a worker on the task queue "layers-onboarding" (npm run worker), then layers-onboarding watch acme-coffee
`);
});

test('an invalid input from another SDK: every problem on its line', () => {
  const message = 'project.timezone: is no zone\nappMedia[0].url: must be an https URL';
  const view = viewOf(null, { execution: 'failed', closedAt: after(3), failure: { type: 'InvalidInput', message } });
  const text = frame(view);
  expect(text).toContain(' ✖ Failed: the input is not valid\n');
  expect(text).toContain(
    '               project.timezone: is no zone\n               appMedia[0].url: must be an https URL\n',
  );
  expect(text.trimEnd()).toMatch(/ Correct the input, then: layers-onboarding start FILE$/);
});

test.each([
  ['rejected', ' ✖ Rejected: nothing is posted', 'To try again: layers-onboarding start FILE --again'],
  [
    'expired',
    ' ✖ Expired: nobody decided in time, nothing is posted',
    'To try again: layers-onboarding start FILE --again',
  ],
  [
    'ready',
    ' ✔ Ready: approved, nothing is scheduled',
    'Done. The result as JSON: layers-onboarding status acme-coffee --json',
  ],
] as const)('the outcome %s', (outcome, headline, next) => {
  const text = frame({ ...finishedView(), result: { ...RESULT, outcome, scheduledPosts: [] } });
  expect(text).toContain(headline);
  expect(text.trimEnd().split('\n').at(-1)).toBe(` ${next}`);
});

test('cancelled: what was cleaned up and what was not', () => {
  const status = statusOf({
    cleanup: [
      { what: 'cancel the running job job_1', done: true },
      { what: 'cancel the scheduled post sp_1', done: false, error: 'CONFLICT: It is being published.' },
    ],
  });
  const text = frame(
    viewOf(status, { execution: 'cancelled', closedAt: after(9), failure: { type: null, message: 'cancelled' } }),
  );
  expect(text).toContain(
    ' ✔ cancel the running job job_1\n ✖ cancel the scheduled post sp_1: CONFLICT: It is being published.\n',
  );
  expect(text).toContain(' ✖ Cancelled\n');
});

test('choosing a source: every candidate, and the command for one', () => {
  const status = statusOf({
    attention: 'reviewer',
    steps: stepsWith({ source: { state: 'waiting', fact: 'somebody has to choose', startedAt: after(100) } }),
    choices: [
      REVIEW.source!,
      { ...REVIEW.source!, tiktokVideoId: '7302', author: null, views: null, caption: 'Morning\u001b[2J' },
    ],
  });
  const text = frame(viewOf(status));
  expect(text).toContain(
    '     7301\n               @morningroutine · 6 images · 12 views\n     7302\n               6 images · "Morning"\n',
  );
  expect(text).toContain('     choose    layers-onboarding choose acme-coffee 7301\n');
});

test('a narrow terminal: lines fit, codes and commands stay whole', () => {
  const lines = frame(viewOf(blockedStatus()), { columns: 40 }).trimEnd().split('\n');
  const steps = lines.filter((line) => /^ [✔○]/.test(line));
  expect(steps).toHaveLength(8);
  for (const line of steps) expect(line.length).toBeLessThanOrEqual(40);
  expect(lines).toContain('     BILLING_EXHAUSTED (HTTP 402)');
  expect(lines).toContain('               layers-onboarding retry acme-coffee');
});

test('wide characters take two columns, control characters none', () => {
  const status = statusOf({ customer: { externalId: 'acme-coffee', name: '早安コーヒー\u001b]0;owned\u0007☕' } });
  const [header] = renderFrame(viewOf(status), { now: NOW, columns: 80 }).split('\n');
  expect(header).toBe(' 早安コーヒー☕   onboard-acme-coffee   SANDBOX                   elapsed 2m 47s');
  expect(width(header ?? '')).toBe(80);
});

test('colours only where they are wanted', () => {
  const view = viewOf(blockedStatus());
  expect(renderFrame(view, { now: NOW })).not.toContain('\u001b');
  const colored = renderFrame(view, { now: NOW, color: true });
  expect(colored).toContain('\u001b[32m✔\u001b[39m');
  expect(colored).toContain('\u001b[31m✖\u001b[39m');
});

test('an onboarding under an id of its own, or of an organization, is named by its workflow id', () => {
  const view = viewOf(reviewStatus(), { workflowId: 'onboard-org_1-acme-coffee' });
  expect(frame(view)).toContain('     approve   layers-onboarding approve onboard-org_1-acme-coffee\n');
});

test('an account that nobody has a link for: a command that a shell takes, broken where it is too long', () => {
  expect(frame(viewOf(statusOf()))).toContain(`
     link      a consent page for the customer, good for ten minutes:
               temporal workflow update execute \\
                 --workflow-id onboard-acme-coffee --name authorizeSocial \\
                 --input '{}'
`);
});

test('a worker that falls silent leaves the last picture standing', () => {
  const text = frame(viewOf(reviewStatus(), { noStatus: 'no worker answers' }), { live: true });
  expect(text).toContain(' ⏸ Review ');
  expect(text).toContain(' ! no worker answers (task queue "layers-onboarding")\n');
});

test('the platforms that are still to be connected are named, whatever the fact says', () => {
  const status = statusOf({
    steps: stepsWith({ social: { state: 'waiting', fact: 'threads and tiktok', startedAt: after(100) } }),
    connect: [
      { platform: 'tiktok', connected: true, failures: 0 },
      { platform: 'instagram', connected: false, failures: 1, lastFailure: 'denied' },
    ],
  });
  expect(frame(viewOf(status))).toContain(' ◌ Connect Instagram     threads and tiktok ');
  const both = status.connect!.map((account) => ({ ...account, connected: false }));
  expect(frame(viewOf({ ...status, connect: both }))).toContain(' ◌ Connect TikTok and Instagram threads and tiktok ');
});

test('a fix that asks for input: the command shows its form', () => {
  const fix = 'Give another source as input: {"tiktokVideoId":"…"}.';
  const blocked = { ...BLOCKED, code: 'NOT_A_SLIDESHOW', httpStatus: null, fix, example: { tiktokVideoId: '…' } };
  const retry = 'layers-onboarding retry acme-coffee';
  expect(frame(viewOf({ ...blockedStatus(), blocked: [blocked] }), { columns: 100 })).toContain(
    `               ${retry} --input '{"tiktokVideoId":"…"}'\n`,
  );
  const { example: _, ...without } = blocked;
  expect(frame(viewOf({ ...blockedStatus(), blocked: [without] }), { columns: 100 })).toContain(
    `               ${retry}\n`,
  );
});
