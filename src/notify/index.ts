/** Tells the partner's backend who has to act, by a signed HTTP callback. */
export { notificationBody, type NotificationBody } from './body';
export { createLogNotifier, createNotifier, NotDeliveredError } from './notifier';
