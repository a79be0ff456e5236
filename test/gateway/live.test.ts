import { pino } from 'pino';
import { decideReview } from '../../src/contract/messages';
import type { OnboardingResult, ReviewDecision } from '../../src/contract/result';
import { createGateway } from '../../src/gateway';
import { until, untilStatus, WITHIN_MS } from '../support/environment';
import { hiddenFields, seen, type Seen } from './support/browserless';
import { LINK_SECRET, openStage, type Stage } from './support/stage';

/** The gateway in front of a real Temporal server, the real workflow and the sandbox. */

let stage: Stage;
beforeAll(async () => {
  // Without webhooks: one that comes late would be an event of its own.
  stage = await openStage({ sandbox: { webhook: undefined }, gateway: { updateTimeoutMs: 3_000 } });
});
afterAll(() => stage.close());

const get = (url: string): Promise<Seen> => seen(fetch(url));
const post = (url: string, fields: Record<string, string>): Promise<Seen> =>
  seen(fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' }));
/** Once no workflow task is under way: a status may be answered by one that has yet to be recorded. */
const historyLength = (workflowId: string): Promise<number> =>
  until(async () => {
    const { raw, historyLength: length } = await stage.client.workflow.getHandle(workflowId).describe();
    return raw.pendingWorkflowTask == null && length;
  });

/** Opens the form of a decision; what is returned posts it. */
async function prepare(url: string, decision: 'approve' | 'reject' | 'changes', reviewer: string) {
  const fields = { ...hiddenFields(await get(`${url}?do=${decision}`)), reviewer, comment: `says ${reviewer}` };
  return (at = url) => post(at, fields);
}

describe('scanners', () => {
  it('that open the links ten thousand times change nothing', async () => {
    const { workflowId } = await stage.onboard();
    const url = stage.page('r', { workflowId });
    const before = await historyLength(workflowId);
    // Without sockets, which would be all that takes time; Temporal is the real one.
    const app = createGateway({
      client: stage.client,
      secrets: [LINK_SECRET],
      publicUrl: stage.gateway.publicUrl,
      webhookSecrets: [],
      log: pino({ level: 'silent' }),
    });
    const queries = ['', '?do=approve', '?do=reject', '?do=changes', '?do=time'];
    for (let scanned = 0; scanned < 10_000; scanned += 100) {
      const scan = async (_: unknown, index: number) => app.request(url + queries[index % queries.length]);
      const answers = await Promise.all(Array.from({ length: 100 }, scan));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    expect(await historyLength(workflowId)).toBe(before);
    expect((await get(url)).text).toContain('Please review this post');
  }, 180_000);
});

describe('ten decisions at once', () => {
  const decisions = ['approve', 'reject', 'changes'] as const;

  it.each([
    ['any', (index: number) => decisions[index % 3]!],
    ['rejections, of which the first ends the onboarding', () => 'reject' as const],
    ['approvals, with nothing to schedule, so that the first ends it too', () => 'approve' as const],
  ])('(%s) give exactly one, and every loser is told which', async (kind, choice) => {
    const ending = kind.startsWith('approvals') ? { schedule: undefined } : {};
    const { workflowId } = await stage.onboard(ending);
    const url = stage.page('r', { workflowId });
    const senders = await Promise.all(
      Array.from({ length: 10 }, (_, index) => prepare(url, choice(index), `Reviewer ${index}`)),
    );
    const answers = await Promise.all(senders.map((send) => send()));

    const won = answers.filter(({ status }) => status === 303);
    const lost = answers.filter(({ status }) => status === 409);
    expect([won.length, lost.length]).toEqual([1, 9]);
    const winner = `Reviewer ${answers.indexOf(won[0]!)}`;
    for (const { text } of lost)
      expect(text).toMatch(
        new RegExp(`decided before it arrived: (Approved|Rejected|Changes asked for) by ${winner}\\.`),
      );
  });
});

describe('a gateway that dies', () => {
  it('takes nothing with it: another one takes the forms it made, and knows what was decided', async () => {
    const { workflowId } = await stage.onboard();
    const [one, two] = [await stage.anotherGateway(), await stage.anotherGateway()];
    const path = new URL(stage.page('r', { workflowId })).pathname;
    const send = await prepare(one.publicUrl + path, 'approve', 'Maria');
    await one.close();
    expect((await send(two.publicUrl + path)).status).toBe(303);
    await two.close();
    const three = await stage.anotherGateway();
    expect((await get(three.publicUrl + path)).text).toContain('Approved by Maria');
    // and the same form once more, by a reviewer who did not see the answer
    expect((await send(three.publicUrl + path)).status).toBe(303);
  });
});

describe('a worker that is down', () => {
  it('leaves the decision open; the same form, pressed again later, is the same decision', async () => {
    const own = await openStage({ gateway: { updateTimeoutMs: 1_500 } });
    try {
      const handle = await own.onboard({ schedule: undefined });
      const url = own.page('r', { workflowId: handle.workflowId });
      const fields = { ...hiddenFields(await get(`${url}?do=approve`)), reviewer: 'Maria' };
      await own.stopWorkers();
      const unsure = await post(url, fields);
      expect(unsure.status).toBe(503);
      expect(unsure.text).toContain('It may still take effect');
      expect((await get(url)).text).toContain('Nobody can answer at this moment');

      await own.worker();
      await until(async () => (await handle.describe()).status.name === 'COMPLETED', WITHIN_MS, 'the end');
      expect((await post(url, hiddenFields(unsure))).status).toBe(303);
      const { review } = (await handle.result()) as OnboardingResult;
      expect(review).toMatchObject({ decision: 'approve', reviewer: 'Maria', earlier: [] });
    } finally {
      await own.close();
    }
  });
});

describe('a link', () => {
  it('to an earlier round is revoked by the next one', async () => {
    const handle = await stage.onboard();
    const { workflowId } = handle;
    const url = stage.page('r', { workflowId });
    const late = await prepare(url, 'approve', 'Late');
    const asked = await (await prepare(url, 'changes', 'Maria'))();
    const next = new URL(asked.headers.get('location')!, url).href;
    await untilStatus(handle, (status) => status.review?.revision === 1);

    const lost = await late();
    expect(lost.status).toBe(409);
    expect(lost.text).toContain('A newer round has replaced this one');
    expect((await get(url)).text).toContain('Changes asked for by Maria');
    expect((await get(`${url}?do=approve`)).html).not.toContain('method="post"');

    const page = await get(next);
    expect(page.text).toContain('Please review this post');
    expect(page.text).toContain('says Maria');
    expect((await (await prepare(next, 'reject', 'Maria'))()).status).toBe(303);
    expect(((await handle.result()) as OnboardingResult).review?.earlier).toHaveLength(1);
  });

  it('shows an onboarding that has ended, and one that was cancelled, for what they are', async () => {
    const cancelled = await stage.onboard();
    const url = stage.page('r', { workflowId: cancelled.workflowId });
    const send = await prepare(url, 'approve', 'Late');
    await cancelled.cancel();
    await cancelled.result().catch(() => undefined);
    const { status, text } = await send();
    expect(status).toBe(409);
    expect(text).toContain('This onboarding was cancelled');
    expect((await get(url)).text).toContain('This onboarding was cancelled');

    const decided = await stage.onboard({ schedule: undefined });
    const args = { decision: 'approve' as const, reviewer: 'Bob', revision: 0 };
    const decision: ReviewDecision = await decided.executeUpdate(decideReview, { args: [args] });
    expect(decision.reviewer).toBe('Bob');
    await decided.result();
    const receipt = await get(stage.page('r', { workflowId: decided.workflowId }));
    expect(receipt.text).toContain('Approved by Bob');
    expect(receipt.html).toContain('Slide 1 of');
  });

  it('decides about one run: a form made before a reset decides nothing after it', async () => {
    const handle = await stage.onboard();
    const { workflowId } = handle;
    const url = stage.page('r', { workflowId });
    const send = await prepare(url, 'approve', 'Maria');
    const { runId } = await handle.describe();
    await stage.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId, runId },
      reason: 'a test',
      workflowTaskFinishEventId: 4 as never,
      requestId: runId,
    });
    await untilStatus(stage.client.workflow.getHandle(workflowId), (status) => status.review !== null);
    const { status, text } = await send();
    expect(status).toBe(409);
    expect(text).toContain('What you saw has changed meanwhile');
    expect(text).toContain('Please review this post');
  });
});

it('writes no token and no name of a reviewer into its log', () => {
  expect(stage.logged()).toContain('"msg":"decision"');
  expect(stage.logged()).not.toMatch(/eyJ|Maria|Reviewer \d|says /);
});
