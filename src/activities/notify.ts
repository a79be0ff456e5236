import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Notifier, NotifyArgs } from '../contract/notifications';

/** Type of the failure of a delivery that was not accepted; Temporal tries again. */
export const NOT_DELIVERED = 'NotDelivered';

/** The notifier as an activity. It makes no request to Layers, so it belongs on the workflow's own queue. */
export const createNotifyActivities = (notifier: Notifier): Notifier => ({
  async notify(args) {
    try {
      // A build of before told no first run; unless its history was continued, it was the one that tells.
      const { firstRunId = activityInfo().workflowExecution?.runId ?? '' } = args as Partial<NotifyArgs>;
      await notifier.notify({ ...args, firstRunId });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw ApplicationFailure.create({
        type: NOT_DELIVERED,
        message,
        ...(error instanceof Error ? { cause: error } : {}),
      });
    }
  },
});
