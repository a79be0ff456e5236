import {
  CancellationScope,
  log,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Notification, Notifier, NotifyArgs } from '../contract/notifications';
import type { Blocked } from '../contract/status';
import { now } from './progress';
import type { Run } from './run';

/** How long delivery is tried again; after a day the news is old. */
const activities = proxyActivities<Notifier>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '10 minutes' },
});

/**
 * Tells the partner something, where the worker has somebody to tell. Never waited for, so that a receiver that is down
 * does not hold up the flow.
 */
export function notify(run: Run, notification: Notification): void {
  if (!run.notifies) return;
  const args = describe(run, notification);
  void CancellationScope.nonCancellable(() =>
    activities.notify.executeWithOptions({ summary: notification.type }, [args]),
  ).catch(() => undefined);
}

/** A step that cannot go on by itself. */
export const notifyBlocked = (run: Run, { step, item, code, cause, fix, who }: Blocked): void =>
  notify(run, { type: 'step.blocked', step, ...(item === undefined ? {} : { item }), code, cause, fix, who });

/** News that outlives the onboarding: a workflow of its own delivers it, since this one is about to end. */
export async function notifyLastly(run: Run, notification: Notification): Promise<void> {
  if (!run.notifies) return;
  const args = describe(run, notification);
  try {
    await CancellationScope.nonCancellable(() =>
      startChild(deliverNotification, {
        workflowId: `${run.workflowId}/notify/${args.id}`,
        args: [args],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: notification.type,
      }),
    );
  } catch (error) {
    // That nobody can be told does not change how the onboarding ends.
    log.warn('a notification could not be handed on', { type: notification.type, error });
  }
}

/** Delivers one notification, trying again for a day. */
export async function deliverNotification(args: NotifyArgs): Promise<void> {
  await activities.notify.executeWithOptions({ summary: args.notification.type }, [args]);
}

function describe(run: Run, notification: Notification): NotifyArgs {
  const { workflowId, progress } = run;
  // Another run, or the one after a reset, has news of its own.
  const item = `${workflowInfo().runId}/${notification.type}/${run.notified++}`;
  return {
    id: run.key(run.path({ step: 'notify', item })),
    at: now(),
    workflowId,
    customer: progress.customer,
    mode: progress.mode,
    organizationId: run.caller.organizationId,
    notification,
  };
}
