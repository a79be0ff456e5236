import type { OnboardingResult } from '../../src/contract/result';
import { waitLinks } from '../../src/cli/links';
import { viewOnboarding } from '../../src/client/view';
import type { NotifyArgs } from '../../src/contract/notifications';
import type { OnboardingInput } from '../../src/contract/input';
import { onboardingOf, viewLink, type Link } from '../../src/links';
import { bodyOf } from '../../src/notify/body';
import { startOnboarding } from '../../src/starter';
import { underReview, until, untilStatus } from '../support/environment';
import { acmeCoffee, nextWeek } from '../support/inputs';
import { resetToBeginning } from '../support/steering';
import { hiddenFields, seen, type Seen } from './support/browserless';
import { LINK_SECRET, openStage, type Stage } from './support/stage';

/** A link is for one onboarding: resets keep it, and it is worth nothing once somebody has started anew. */

let stage: Stage;
const told: NotifyArgs[] = [];
beforeAll(async () => {
  stage = await openStage({ notifier: () => ({ notify: (args) => Promise.resolve(void told.push(args)) }) });
});
afterAll(() => stage.close());

const get = (url: string): Promise<Seen> => seen(fetch(url));
const post = (url: string, fields: Record<string, string>): Promise<Seen> =>
  seen(fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' }));

const maker = () => ({ publicUrl: stage.gateway.publicUrl, secret: LINK_SECRET });

/** The address of each page, as the command line prints it, once the onboarding is under review. */
async function linksOf(workflowId: string) {
  const handle = stage.client.workflow.getHandle(workflowId);
  await untilStatus(handle, (status) => underReview(status) && status.connect !== null);
  const view = await viewOnboarding(stage.client, handle);
  const found = waitLinks(maker(), view, Date.now());
  const of = (what: string): string => found.find((link) => link.for === what)!.url;
  const { deadline } = view.status!.review!;
  return {
    decide: of('review'),
    connect: of('connect'),
    view: viewLink(maker(), { workflowId, firstRunId: view.firstRunId, deadline }).url,
  };
}

const input = (): OnboardingInput =>
  acmeCoffee({ schedule: { at: nextWeek() }, social: { connect: [{ platform: 'tiktok' }] } });

async function rejected(links: { decide: string }, workflowId: string): Promise<void> {
  const form = hiddenFields(await get(`${links.decide}?do=reject`));
  expect((await post(links.decide, { ...form, reviewer: 'Owner', comment: 'no' })).status).toBe(303);
  await stage.client.workflow.getHandle(workflowId).result();
}

describe('a link of an onboarding that was started anew', () => {
  it('shows nothing and decides nothing, and says so; the new one has links of its own', async () => {
    const given = input();
    const { workflowId } = await startOnboarding(stage.client, given, { taskQueue: stage.taskQueue });
    const old = await linksOf(workflowId);
    const before = hiddenFields(await get(`${old.decide}?do=approve`));
    await rejected(old, workflowId);
    expect((await get(old.decide)).text).toContain('Rejected by Owner');

    await startOnboarding(stage.client, given, { taskQueue: stage.taskQueue, again: true });
    const links = await linksOf(workflowId);
    const form = hiddenFields(await get(`${links.decide}?do=approve`));
    for (const url of Object.values(old)) {
      const { status, text } = await get(url);
      expect([status, text.includes('This link belongs to an earlier onboarding')]).toEqual([410, true]);
      expect(text).not.toContain('Acme');
    }
    // Neither with its own form nor with one of the new onboarding.
    for (const fields of [before, form]) {
      const { status } = await post(old.decide, { ...fields, decision: 'approve', reviewer: 'Thief' });
      expect([403, 410]).toContain(status);
    }
    expect((await get(`${old.decide}?do=approve`)).html).not.toContain('method="post"');
    expect(
      (await viewOnboarding(stage.client, stage.client.workflow.getHandle(workflowId))).status?.review,
    ).not.toHaveProperty('decision');

    expect((await get(links.view)).text).toContain('This post is being reviewed');
    expect((await get(links.connect)).text).toContain('Connect TikTok');
    expect((await post(links.decide, { ...form, reviewer: 'Maria' })).status).toBe(303);
  });

  it('is told from its links in notifications too, and the notifier makes those of its own onboarding', async () => {
    const given = input();
    const { workflowId } = await startOnboarding(stage.client, given, { taskQueue: stage.taskQueue });
    const first = await linksOf(workflowId);
    await rejected(first, workflowId);
    await startOnboarding(stage.client, given, { taskQueue: stage.taskQueue, again: true });
    await linksOf(workflowId);
    const requests = await until(() => {
      const seen = told.filter(
        (args) => args.workflowId === workflowId && args.notification.type === 'review.requested',
      );
      return Promise.resolve(seen.length === 2 && seen);
    });
    const [old, current] = requests.map((args) => bodyOf(args, maker()).link!.url);
    expect(old).toBe(first.decide);
    expect((await get(old!)).status).toBe(410);
    expect((await get(current!)).text).toContain('Please review this post');
  });
});

it('a reset is the same onboarding: its links stay what they are, and decide', async () => {
  const handle = await stage.onboard();
  const { workflowId } = handle;
  const old = await linksOf(workflowId);
  const before = await viewOnboarding(stage.client, stage.client.workflow.getHandle(workflowId));
  const reset = await resetToBeginning(stage, handle);
  await untilStatus(reset, underReview);
  const after = await viewOnboarding(stage.client, stage.client.workflow.getHandle(workflowId));
  expect(after.runId).not.toBe(before.runId);
  expect(after.firstRunId).toBe(before.firstRunId);
  const form = hiddenFields(await get(`${old.decide}?do=reject`));
  expect((await post(old.decide, { ...form, reviewer: 'Maria', comment: 'no' })).status).toBe(303);
  expect((await stage.client.workflow.getHandle(workflowId).result()) as OnboardingResult).toMatchObject({
    outcome: 'rejected',
    review: { reviewer: 'Maria' },
  });
});

it('a link to what the server knows no workflow by leads nowhere', async () => {
  const link = (workflowId: string): Pick<Link, 'workflowId' | 'onboarding'> => ({
    workflowId,
    onboarding: onboardingOf('x'),
  });
  const { workflowId } = await stage.onboard();
  for (const id of [
    `${workflowId} `,
    ` ${workflowId}`,
    `${workflowId}\t`,
    'onboard-nobody',
    'a\u0000b',
    ' ',
    'x'.repeat(1001),
  ]) {
    const { status, text } = await get(stage.page('r', link(id)));
    expect([id.slice(0, 60), status]).toEqual([id.slice(0, 60), 404]);
    expect(text).toContain('There is nothing here any more');
  }
});
