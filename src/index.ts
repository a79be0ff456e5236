/** What a partner's backend imports: the client side only, nothing of the worker. */
export * from './starter';
export {
  AmbiguousCustomerError,
  MisconfiguredError,
  NoWorkerError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  RefusedError,
  UnreachableError,
} from './client/errors';
export {
  authorizeSocial,
  cancelOnboarding,
  chooseSource,
  decideReview,
  resolveStep,
  type MessageOptions,
} from './client/messages';
export {
  getOnboarding,
  onboardingWorkflowId,
  waitForOnboarding,
  type OnboardCustomer,
  type OnboardingHandle,
  type OnboardingName,
} from './client/find';
export { onboardingStatus, type Execution, type OnboardingView } from './client/view';
export type { ServerKnowledge } from './client/server';
export type { RetriedCall } from './client/retries';
export { InvalidInputError, inputJsonSchema, validateInput } from './input';

/** Signals, updates and the query, for `handle.signal(messages.approve, …)` and the like. */
export * as messages from './contract/messages';
export { ONBOARD_CUSTOMER } from './contract/messages';
export type {
  ApproveSignal,
  Authorization,
  AuthorizeSocialArgs,
  ChooseSourceArgs,
  DecideReviewArgs,
  LayersEvent,
  RejectSignal,
  ResolveStepArgs,
} from './contract/messages';
/** What arrives at `ONBOARDING_NOTIFY_URL`: its schema (zod), and the check of its signature. See docs/notifications.md. */
export { notificationBody, type NotificationBody } from './notify/body';
export { verifyWebhook as verifyNotification } from './layers/webhookSignature';
export { CATALOGUE, isKnownCode, type CatalogueEntry, type ErrorCode } from './contract/catalogue';
export { ABORTED, INVALID_INPUT, type FailureDetails, type RefusalType } from './contract/failures';
export { BUCKETS, bucketQueue, DEFAULT_TASK_QUEUE, type Bucket } from './contract/queues';
export { SEARCH_ATTRIBUTES } from './contract/searchAttributes';
export {
  SKIPPABLE,
  STAGES,
  STEPS,
  type Attention,
  type Mode,
  type Stage,
  type Step,
  type StepState,
} from './contract/steps';
export type * from './contract/input';
export type { Problem } from './contract/plan';
export type * from './contract/result';
export type * from './contract/status';
