/** Where workflow tasks run unless the caller names another queue. */
export const DEFAULT_TASK_QUEUE = 'layers-onboarding';

/** The API's three rate-limit buckets. Each is a task queue of its own, limited by the Temporal server. */
export const BUCKETS = ['reads', 'writes', 'starts'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** The activity task queue of a bucket: `<queue>-reads`, `<queue>-writes`, `<queue>-starts`. */
export const bucketQueue = (taskQueue: string, bucket: Bucket): string => `${taskQueue}-${bucket}`;

/**
 * `priority.priorityKey` of an activity: lower goes first. On a rate-limited queue the server then finishes what is
 * begun before it admits the next customer.
 */
export const PRIORITY = { publish: 1, produce: 2, wait: 3, media: 4, create: 5 } as const;
