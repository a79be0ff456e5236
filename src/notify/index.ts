/** Telling the partner that somebody has to act, by a signed HTTP callback. */
export { notificationBody, type NotificationBody } from './body';
export { createLogNotifier, createNotifier, NotDeliveredError } from './notifier';
