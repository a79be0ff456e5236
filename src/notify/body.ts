import { z } from 'zod';
import type { NotifyArgs } from '../contract/notifications';
import { STEPS } from '../contract/steps';
import { chooseLink, connectLink, reviewLink, type LinkMaker, type MadeLink } from '../links';
import { listed, platformName } from '../words';

const time = z.iso.datetime();
const platform = z.enum(['tiktok', 'instagram']);

/** What a type of notification carries beside what all have in common. */
const DATA = {
  'review.requested': z.object({ revision: z.int(), deadline: time, scheduledFor: z.string().nullable() }),
  'review.reminder': z.object({ revision: z.int(), deadline: time, scheduledFor: z.string().nullable() }),
  'review.expired': z.object({ revision: z.int() }),
  'source.choice.requested': z.object({ candidates: z.int() }),
  'source.choice.reminder': z.object({ candidates: z.int() }),
  'connect.requested': z.object({ platforms: z.array(platform), deadline: time }),
  'connect.reminder': z.object({ platforms: z.array(platform), deadline: time }),
  'step.blocked': z.object({
    step: z.enum(STEPS),
    item: z.string().optional(),
    code: z.string(),
    cause: z.string(),
    fix: z.string(),
    who: z.enum(['operator', 'engineer', 'customer', 'reviewer', 'layers']),
  }),
  'onboarding.finished': z.object({
    outcome: z.enum(['scheduled', 'ready', 'rejected', 'expired', 'cancelled', 'aborted']),
    scheduledFor: z.string().nullable(),
  }),
} as const;

const COMMON = {
  /** The same for every delivery of the same event: deduplicate by it. */
  id: z.string(),
  /** When it happened, UTC. */
  at: time,
  workflowId: z.string(),
  customer: z.object({ externalId: z.string(), name: z.string() }),
  mode: z.enum(['sandbox', 'live']),
  organizationId: z.string().nullable(),
  /** Who has to act; `null`: this is for information, and asks for nothing. */
  asked: z.enum(['reviewer', 'customer', 'operator', 'engineer', 'layers']).nullable(),
  /** One sentence for people. */
  why: z.string(),
  /** Where the person who is asked can act. It is all the login there is: send it to that person alone. */
  link: z.object({ url: z.url(), expiresAt: time }).nullable(),
};

const body = <T extends keyof typeof DATA>(type: T) => z.object({ ...COMMON, type: z.literal(type), data: DATA[type] });

/** The body of every POST to `ONBOARDING_NOTIFY_URL`. Additions come without notice; nothing is taken away. */
export const notificationBody = z.discriminatedUnion('type', [
  body('review.requested'),
  body('review.reminder'),
  body('review.expired'),
  body('source.choice.requested'),
  body('source.choice.reminder'),
  body('connect.requested'),
  body('connect.reminder'),
  body('step.blocked'),
  body('onboarding.finished'),
]);
export type NotificationBody = z.output<typeof notificationBody>;

/** The body that is posted for a notification: with a fresh link, since links never stand in a workflow. */
export function bodyOf(args: NotifyArgs, links: LinkMaker): NotificationBody {
  const { notification, firstRunId: _firstRunId, ...common } = args;
  const { type, ...data } = notification;
  return notificationBody.parse({ ...common, type, ...asking(args), link: linkOf(args, links), data });
}

/** Who is asked and why, in one sentence. */
export function asking({ notification, customer: { name } }: NotifyArgs): Pick<NotificationBody, 'asked' | 'why'> {
  switch (notification.type) {
    case 'review.requested':
      return {
        asked: 'reviewer',
        why: `Round ${notification.revision + 1} of the post of ${name} waits for a decision until ${notification.deadline}.`,
      };
    case 'review.reminder':
      return {
        asked: 'reviewer',
        why: `The post of ${name} still waits for a decision; without one by ${notification.deadline} nothing is posted.`,
      };
    case 'review.expired':
      return { asked: null, why: `Nobody decided about the post of ${name} in time. Nothing is posted.` };
    case 'source.choice.requested':
      return {
        asked: 'reviewer',
        why: `Somebody has to choose which of ${notification.candidates} slideshows the post of ${name} is made from.`,
      };
    case 'source.choice.reminder':
      return {
        asked: 'reviewer',
        why: `The post of ${name} still waits until somebody chooses one of ${notification.candidates} slideshows.`,
      };
    case 'connect.requested':
      return {
        asked: 'customer',
        why: `${name} has to connect an account (${listed(notification.platforms.map(platformName))}) before anything can be posted.`,
      };
    case 'connect.reminder':
      return {
        asked: 'customer',
        why: `${name} has still to connect an account (${listed(notification.platforms.map(platformName))}), until ${notification.deadline}.`,
      };
    case 'step.blocked':
      return {
        asked: notification.who,
        why: `The onboarding of ${name} is blocked at ${notification.step}: ${notification.cause} ${notification.fix}`,
      };
    case 'onboarding.finished':
      return { asked: null, why: `The onboarding of ${name} has ended: ${notification.outcome}.` };
  }
}

function linkOf({ workflowId, firstRunId, at, notification }: NotifyArgs, links: LinkMaker): MadeLink | null {
  switch (notification.type) {
    case 'review.requested':
    case 'review.reminder':
      return reviewLink(links, {
        workflowId,
        firstRunId,
        revision: notification.revision,
        deadline: notification.deadline,
      });
    case 'source.choice.requested':
    case 'source.choice.reminder':
      return chooseLink(links, { workflowId, firstRunId, now: Date.parse(at) });
    case 'connect.requested':
    case 'connect.reminder':
      return connectLink(links, { workflowId, firstRunId, deadline: notification.deadline });
    case 'review.expired':
    case 'step.blocked':
    case 'onboarding.finished':
      return null;
  }
}
