import { ApplicationFailure } from '@temporalio/common';
import type { Notifier } from '../contract/notifications';

/** Type of the failure of a delivery that was not accepted; Temporal tries again. */
export const NOT_DELIVERED = 'NotDelivered';

/** The notifier as an activity. It makes no request to Layers, so it belongs on the workflow's own queue. */
export const createNotifyActivities = (notifier: Notifier): Notifier => ({
  async notify(args) {
    try {
      await notifier.notify(args);
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
