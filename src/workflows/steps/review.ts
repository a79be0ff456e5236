import { condition } from '@temporalio/workflow';
import type { ContentRecord } from '../../contract/activities';
import { notify, notifyLastly } from '../notifying';
import { now } from '../progress';
import { untilDeadline } from '../reminding';
import type { Run, Verdict } from '../run';
import { mirror } from './mirror';
import { targetsShown } from './targets';

/** Waits for a person until the deadline. Absence of approval is not approval. */
export async function review(run: Run): Promise<Verdict> {
  const { progress, plan } = run;
  const container = run.container!;
  const verdict =
    !plan.review.required && container.approvalStatus !== 'pending'
      ? approvedInTheInput(run)
      : await decision(run, container);
  await run.blocking.attempt('review', () => mirror(run, container, verdict));
  if (progress.state('review') !== 'skipped') progress.set('review', 'done', { fact: describe(verdict) });
  return verdict;
}

function approvedInTheInput(run: Run): Verdict {
  run.progress.set('review', 'skipped', { fact: 'approved in the input' });
  run.verdict = { revision: run.revision, decision: 'approve', reviewer: 'input', at: now(), comment: null };
  return run.verdict;
}

async function decision(run: Run, container: ContentRecord): Promise<Verdict> {
  const { progress, plan, revision } = run;
  const deadline = new Date(Date.now() + plan.review.deadlineMs).toISOString();
  run.verdict = null;
  progress.review = {
    revision,
    maxRounds: plan.review.maxRounds,
    since: now(),
    deadline,
    containerId: container.containerId,
    caption: container.caption,
    preview: container.preview,
    source: run.source,
    influencer: run.influencer!,
    scheduledFor: plan.schedule?.at ?? null,
    timezone: plan.schedule?.timezone ?? plan.project.timezone,
    ...targetsShown(run),
    earlier: [...run.earlier],
  };
  progress.set('review', 'waiting', { fact: `round ${revision + 1}`, deadline });
  progress.enter('review');
  const about = { revision, deadline, scheduledFor: progress.review.scheduledFor };
  notify(run, { type: 'review.requested', ...about });
  await untilDeadline(() => run.verdict !== null, {
    deadlineMs: plan.review.deadlineMs,
    remindEveryMs: run.notifies ? plan.review.remindEveryMs : null,
    remind: () => notify(run, { type: 'review.reminder', ...about }),
    summary: `A reviewer has until ${deadline}`,
  });
  // A decision that is being checked when the deadline passes still counts.
  await condition(() => run.deciding === null);
  if (run.verdict === null) {
    // First the verdict: whoever decides while the message goes out is too late.
    run.verdict = { revision, decision: 'expired', reviewer: 'nobody', at: now(), comment: null };
    await notifyLastly(run, { type: 'review.expired', revision });
  }
  const { scheduleAt, ...shown } = run.verdict;
  if (scheduleAt !== undefined && plan.schedule !== null) {
    run.plan = { ...run.plan, schedule: { ...plan.schedule, at: scheduleAt } };
    progress.scheduledFor = scheduleAt;
  }
  progress.review = {
    ...progress.review,
    decision: shown,
    ...(scheduleAt === undefined ? {} : { scheduledFor: scheduleAt }),
  };
  progress.changed();
  return run.verdict;
}

function describe({ decision: made, reviewer }: Verdict): string {
  switch (made) {
    case 'approve':
      return `approved by ${reviewer}`;
    case 'reject':
      return `rejected by ${reviewer}`;
    case 'requestChanges':
      return `changes requested by ${reviewer}`;
    case 'expired':
      return 'nobody decided in time';
  }
}
