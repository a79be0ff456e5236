import {
  ApplicationFailure,
  CancellationScope,
  log,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { INVALID_INPUT } from '../../contract/failures';
import type { Notification, Notifier, NotifyArgs } from '../../contract/notifications';
import { shortLine } from '../../contract/text';
import { idempotencyKey, intentPath } from '../effects/idempotencyKey';
import type { Memory } from '../memory';
import { now } from '../waiting/now';

/** How long delivery is tried again; after a day the news is old. */
const activities = proxyActivities<Notifier>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '10 minutes' },
});

/** Who the news are about. */
export type About = Pick<NotifyArgs, 'customer' | 'mode' | 'organizationId'>;

/** What outlives the run. */
interface Told {
  /** Counts notifications, so that each has an id of its own. */
  count: number;
  /** Those on their way: the run that continues this one sends them again under the same ids. */
  underWay: NotifyArgs[];
}

/** Tells the partner's backend what happens, where the worker has a backend to tell. */
export class Notifications {
  private readonly told: Told;
  private readonly workflowId = workflowInfo().workflowId;

  /** @param about `null` as long as the input has not been checked, or where the worker has no backend to tell */
  constructor(
    memory: Memory,
    private readonly about: () => About | null,
  ) {
    this.told = memory.once<Told>('notifications', () => ({ count: 0, underWay: [] }));
  }

  /** What the run before this one was still sending. */
  resume(): void {
    for (const args of this.told.underWay) this.deliver(args);
  }

  /** Never waited for, so that a receiver that is down does not hold up the flow. */
  tell(notification: Notification): void {
    const args = this.describe(notification);
    if (args === null) return;
    this.told.underWay.push(args);
    this.deliver(args);
  }

  /** News that outlives the onboarding: a workflow of its own delivers it, since this one is about to end. */
  async tellLastly(notification: Notification): Promise<void> {
    const args = this.describe(notification);
    if (args === null) return;
    try {
      await CancellationScope.nonCancellable(() =>
        startChild(deliverNotification, {
          workflowId: childId(this.workflowId, args.id),
          args: [args],
          parentClosePolicy: ParentClosePolicy.ABANDON,
          staticSummary: notification.type,
        }),
      );
    } catch (error) {
      // That the partner cannot be told does not change how the onboarding ends.
      log.warn('a notification could not be handed on', { type: notification.type, error });
    }
  }

  private deliver(args: NotifyArgs): void {
    const isOver = (): void => {
      this.told.underWay = this.told.underWay.filter(({ id }) => id !== args.id);
    };
    void CancellationScope.nonCancellable(() =>
      activities.notify.executeWithOptions({ summary: args.notification.type }, [args]),
    ).then(isOver, isOver);
  }

  private describe(notification: Notification): NotifyArgs | null {
    const about = this.about();
    if (about === null) return null;
    // Another run, or the one after a reset, has news of its own.
    const item = `${workflowInfo().runId}/${notification.type}/${this.told.count++}`;
    const id = idempotencyKey(intentPath(this.workflowId, { step: 'notify', item }), 0);
    const { firstExecutionRunId: firstRunId } = workflowInfo();
    return { id, at: now(), workflowId: this.workflowId, firstRunId, ...about, notification };
  }
}

/** A store on SQL has no room for a longer id. */
const LONGEST_ID_BYTES = 255;

/** Under the onboarding where there is room; the id of a notification is unique by itself. */
function childId(workflowId: string, id: string): string {
  const child = `${workflowId}/notify/${id}`;
  return new TextEncoder().encode(child).length <= LONGEST_ID_BYTES ? child : `notify/${id}`;
}

/** Delivers one notification, trying again for a day. Any client could start it, with anything. */
export async function deliverNotification(args: NotifyArgs): Promise<void> {
  if (typeof (args as Partial<NotifyArgs> | null)?.notification?.type !== 'string')
    throw ApplicationFailure.nonRetryable('This workflow delivers the notifications of onboardings.', INVALID_INPUT);
  await activities.notify.executeWithOptions({ summary: shortLine(args.notification.type) }, [args]);
}
