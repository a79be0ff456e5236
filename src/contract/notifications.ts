import type { Responsible } from './catalogue';
import type { Outcome } from './result';
import type { Platform } from './input';
import type { Step } from './steps';

/**
 * What the workflow tells the partner's backend. Sent as a signed HTTP callback where `ONBOARDING_NOTIFY_URL` is set;
 * links are made by the notifier, since link tokens never stand in a workflow.
 */
export type Notification =
  | { type: 'review.requested' | 'review.reminder'; revision: number; deadline: string; scheduledFor: string | null }
  | { type: 'review.expired'; revision: number }
  | { type: 'source.choice.requested' | 'source.choice.reminder'; candidates: number }
  | { type: 'connect.requested' | 'connect.reminder'; platforms: Platform[]; deadline: string }
  | { type: 'step.blocked'; step: Step; item?: string; code: string; cause: string; fix: string; who: Responsible }
  | { type: 'onboarding.finished'; outcome: Outcome | 'cancelled' | 'aborted'; scheduledFor: string | null };

export interface NotifyArgs {
  /** The same for every delivery attempt: what a receiver deduplicates by. */
  id: string;
  /** UTC, ISO 8601: when it happened. */
  at: string;
  workflowId: string;
  /** Of the onboarding's first run: what a link is made for. */
  firstRunId: string;
  customer: { externalId: string; name: string };
  mode: 'sandbox' | 'live';
  organizationId: string | null;
  notification: Notification;
}

/** Runs on the workflow's own task queue: it costs none of the API's budget. */
export interface Notifier {
  notify(args: NotifyArgs): Promise<void>;
}
