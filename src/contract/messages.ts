import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { InfluencerInput, Platform, SourceInput } from './input';
import type { ReviewDecision } from './result';
import type { OnboardingStatus } from './status';
import type { Step } from './steps';

/** Workflow type, as every SDK starts it. */
export const ONBOARD_CUSTOMER = 'onboardCustomer';

export interface ApproveSignal {
  reviewer: string;
  comment?: string;
  /** Without it only the first round can be approved by signal. */
  revision?: number;
}

export interface RejectSignal {
  reviewer: string;
  reason: string;
  revision?: number;
}

/** A verified webhook: a wake-up, nothing more. */
export interface LayersEvent {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

/** The gateway's own event: a customer has come back from a platform's consent page. */
export const CUSTOMER_RETURNED = 'customer.returned';

/** Types of the events after which a look at an open consent is worth a read. */
export const CONSENT_EVENTS = ['social_account.connected', CUSTOMER_RETURNED] as const;

export interface DecideReviewArgs {
  decision: 'approve' | 'reject' | 'requestChanges';
  reviewer: string;
  revision: number;
  /** At most 1024 characters; required to reject or to ask for changes. */
  comment?: string;
  /** Another time for the post, in the forms of `schedule.at`. */
  scheduleAt?: string;
  /** For `requestChanges`: what to remix next. Default: the next unused candidate. */
  source?: SourceInput;
  influencer?: InfluencerInput;
  slides?: { index: number; note: string }[];
}

export interface ResolveStepArgs {
  step: Step;
  action: 'retry' | 'skip' | 'abort';
  item?: string;
  operator: string;
  reason?: string;
  /** Replaces the step's part of the input (never the customer). For `project` also `{ "adopt": "prj_…" }`. */
  input?: unknown;
}

export interface ChooseSourceArgs {
  tiktokVideoId: string;
  by: string;
}

export interface AuthorizeSocialArgs {
  platform?: Platform;
}

export interface Authorization {
  platform: Platform;
  authorizeUrl: string;
  expiresAt: string;
}

const signal = <Args extends unknown[], Name extends string>(name: Name): SignalDefinition<Args, Name> =>
  ({ type: 'signal', name }) as SignalDefinition<Args, Name>;
const update = <Ret, Args extends unknown[], Name extends string>(name: Name): UpdateDefinition<Ret, Args, Name> =>
  ({ type: 'update', name }) as UpdateDefinition<Ret, Args, Name>;
const query = <Ret, Args extends unknown[], Name extends string>(name: Name): QueryDefinition<Ret, Args, Name> =>
  ({ type: 'query', name }) as QueryDefinition<Ret, Args, Name>;

export const approve = signal<[ApproveSignal], 'approve'>('approve');
export const reject = signal<[RejectSignal], 'reject'>('reject');
export const layersEvent = signal<[LayersEvent], 'layersEvent'>('layersEvent');
export const decideReview = update<ReviewDecision, [DecideReviewArgs], 'decideReview'>('decideReview');
export const resolveStep = update<void, [ResolveStepArgs], 'resolveStep'>('resolveStep');
export const chooseSource = update<void, [ChooseSourceArgs], 'chooseSource'>('chooseSource');
export const authorizeSocial = update<Authorization, [AuthorizeSocialArgs], 'authorizeSocial'>('authorizeSocial');
export const status = query<OnboardingStatus, [], 'status'>('status');
