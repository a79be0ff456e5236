import type { Client } from '@temporalio/client';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { refusal, type RefusalType } from '../../../src/contract/failures';
import type { Platform } from '../../../src/contract/input';
import type { OnboardingResult } from '../../../src/contract/result';
import { SEARCH_ATTRIBUTES } from '../../../src/contract/searchAttributes';
import type { ConnectStatus, OnboardingStatus, ReviewStatus } from '../../../src/contract/status';
import { STEPS, type Step } from '../../../src/contract/steps';
import type { StepStatus } from '../../../src/contract/status';

export const NOW = Date.parse('2026-05-12T14:00:00.000Z');
export const WORKFLOW = 'onboard-acme-coffee';
export const FIRST_RUN = 'run-0';

type Shown = Partial<Omit<StepStatus, 'step'>>;

export const stepsWith = (shown: Partial<Record<Step, Shown>>): StepStatus[] =>
  STEPS.map((step) => ({ step, state: 'pending', ...shown[step] }));

export const REVIEW: ReviewStatus = {
  revision: 0,
  maxRounds: 5,
  since: '2026-05-12T13:00:00.000Z',
  deadline: '2026-05-14T14:02:00.000Z',
  containerId: 'cnt_1',
  caption: 'Your 5am shift called.\nIt wants better coffee.',
  preview: {
    kind: 'slideshow',
    primaryUrl: 'https://cdn.layers.com/cnt_1/1.png',
    thumbnailUrl: null,
    imageUrls: ['https://cdn.layers.com/cnt_1/1.png', 'https://img.layers.com/cnt_1/2.png'],
    videoUrl: null,
  },
  source: {
    tiktokVideoId: '7301234567890123456',
    author: 'morningroutine',
    caption: null,
    thumbnailUrl: null,
    imageCount: 2,
    views: 12,
  },
  influencer: { influencerId: 'inf_1', name: 'Maya' },
  scheduledFor: '2026-05-15T16:00:00Z',
  timezone: 'America/Los_Angeles',
  targetsNamed: false,
  targets: [{ socialAccountId: 'sa_1', mode: 'publish' }],
  accounts: [],
  earlier: [],
};

const DONE: Partial<Record<Step, Shown>> = {
  validate: { state: 'done' },
  project: { state: 'done' },
  media: { state: 'done' },
  influencer: { state: 'done' },
  keywords: { state: 'done' },
  social: { state: 'done', fact: 'sa_1' },
  source: { state: 'done' },
  content: { state: 'done' },
  review: { state: 'waiting' },
};

/** What the status says while a customer is asked to connect accounts, some of which may be connected already. */
export const asking = (
  open: Platform[] = ['tiktok'],
  connected: Platform[] = [],
  failed: Pick<ConnectStatus, 'failures' | 'lastFailure'> = { failures: 0 },
): [Pick<OnboardingStatus, 'connect'>, Partial<Record<Step, Shown>>] => [
  {
    connect: [
      ...connected.map((platform) => ({ platform, connected: true, ...failed })),
      ...open.map((platform) => ({ platform, connected: false, ...failed })),
    ],
  },
  { social: { state: 'waiting', fact: `${open.join(', ')}: the customer has to connect an account` } },
];

export const statusOf = (
  more: Partial<OnboardingStatus> = {},
  shown: Partial<Record<Step, Shown>> = {},
): OnboardingStatus => ({
  version: 7,
  workflowId: WORKFLOW,
  mode: 'live',
  customer: { externalId: 'acme-coffee', name: 'Acme Coffee' },
  stage: 'review',
  attention: 'reviewer',
  steps: stepsWith({ ...DONE, ...shown }),
  ids: {},
  choices: null,
  connect: null,
  review: REVIEW,
  blocked: [],
  cleanup: [],
  notes: [],
  ...more,
});

export interface SentUpdate {
  name: string;
  updateId: string;
  runId: string | undefined;
  args: Record<string, unknown>;
}

const grpc = (code: number, details: string): Error =>
  Object.assign(new Error(details), { code, details, metadata: {} });
export const UNAVAILABLE = grpc(14, 'no connection');
/** A workflow that has had as many signals as the server takes. */
export const SIGNALS_EXCEEDED = grpc(3, 'exceeded workflow execution limit for signal events');
/** The code of a request that the client gave up on. */
const DEADLINE_EXCEEDED = grpc(4, 'deadline exceeded');

/** As much of a Temporal client as the gateway uses, with one onboarding in it. */
export class FakeTemporal {
  execution: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED' | 'TERMINATED' | 'TIMED_OUT' = 'RUNNING';
  runId = 'run-1';
  /** Kept by the runs that continue it; another one where the onboarding is started anew. */
  firstRunId = FIRST_RUN;
  /** `null`: no worker answers. */
  status: OnboardingStatus | null = statusOf();
  result: OnboardingResult | null = null;
  /** The search attribute, known without a worker. */
  errorCodes: string[] | undefined;
  exists = true;
  /** Thrown by every call. */
  down: Error | null = null;
  /** What an update comes to; throws what the SDK would. */
  onUpdate: (update: SentUpdate) => unknown = () => undefined;
  /** Visibility lags: these are found, and have ended. */
  readonly ended = new Set<string>();
  /** What the server says when these are told something. */
  readonly refusing = new Map<string, Error>();
  /** Workflow ids that a visibility query finds. */
  onList: (query: string) => string[] = () => [];
  readonly updates: SentUpdate[] = [];
  readonly signals: { workflowId: string; name: string; args: unknown[] }[] = [];
  readonly queries: string[] = [];
  calls = 0;
  private history = 10;

  /** Something has happened: the history has grown. */
  change(status: OnboardingStatus | null): void {
    this.status = status;
    this.history += 5;
  }

  private reach<T>(answer: () => T): Promise<T> {
    this.calls += 1;
    if (this.down !== null) return Promise.reject(this.down);
    return Promise.resolve().then(answer);
  }

  get client(): Client {
    const getHandle = (workflowId: string, runId?: string) => ({
      workflowId,
      describe: () =>
        this.reach(() => {
          if (!this.exists || workflowId !== WORKFLOW)
            throw new WorkflowNotFoundError(`workflow not found for ID: ${workflowId}`, workflowId, undefined);
          return {
            type: 'onboardCustomer',
            status: { name: this.execution },
            runId: this.runId,
            taskQueue: 'q',
            startTime: new Date(NOW - 3_600_000),
            closeTime: this.execution === 'RUNNING' ? undefined : new Date(NOW),
            historyLength: this.history,
            typedSearchAttributes: {
              get: (key: unknown) => (key === SEARCH_ATTRIBUTES.errorCode ? this.errorCodes : undefined),
            },
            memo: { customer: { externalId: 'acme-coffee', name: 'Acme Coffee', timezone: 'America/Los_Angeles' } },
            raw: { workflowExecutionInfo: { firstRunId: this.firstRunId } },
          };
        }),
      query: () =>
        this.reach(() => {
          this.queries.push(workflowId);
          if (this.status === null) throw DEADLINE_EXCEEDED;
          return this.status;
        }),
      result: () => this.reach(() => this.result),
      executeUpdate: ({ name }: { name: string }, options: { args: [Record<string, unknown>]; updateId: string }) =>
        this.reach(() => {
          const update = { name, runId, args: options.args[0], updateId: options.updateId };
          this.updates.push(update);
          return this.onUpdate(update);
        }),
      signal: ({ name }: { name: string }, ...args: unknown[]) =>
        this.reach(() => {
          if (this.ended.has(workflowId)) throw endedUpdate();
          const refused = this.refusing.get(workflowId);
          if (refused !== undefined) throw refused;
          this.signals.push({ workflowId, name, args });
        }),
    });
    const list = ({ query }: { query: string }) => {
      const found = () => this.reach(() => (this.queries.push(query), this.onList(query)));
      return {
        async *[Symbol.asyncIterator]() {
          for (const workflowId of await found()) yield { workflowId };
        },
      };
    };
    const fake = {
      withDeadline: <T>(_deadline: number, calls: () => Promise<T>) => calls(),
      workflow: { getHandle, list },
      workflowService: { getSystemInfo: () => this.reach(() => ({})) },
    };
    return fake as unknown as Client;
  }
}

/** How the SDK tells that an update was refused. */
export const refusedUpdate = (type: RefusalType, message = '', ...details: unknown[]): Error =>
  new WorkflowUpdateFailedError('Workflow Update failed', refusal(type, message, ...details));

/** How it tells that a call to Layers inside a handler failed. */
export const failedUpdate = (code: string): Error =>
  new WorkflowUpdateFailedError(
    'Workflow Update failed',
    Object.assign(new Error('Activity task failed'), { cause: ApplicationFailure.nonRetryable(`${code}: no`, code) }),
  );

export const endedUpdate = (): Error =>
  new WorkflowNotFoundError('workflow execution already completed', WORKFLOW, undefined);

/** How it tells that the onboarding ended while the update was under way. */
export const endedUnderUpdate = (): Error =>
  new WorkflowUpdateFailedError(
    'Workflow Update failed',
    ApplicationFailure.nonRetryable('the Workflow completed', 'AcceptedUpdateCompletedWorkflow'),
  );

/** How it tells that the handler was cancelled, as the onboarding was. */
export const stoppedUnderUpdate = (): Error =>
  new WorkflowUpdateFailedError('Workflow Update failed', new CancelledFailure('Workflow cancelled'));

/** How the server tells that a run has had as many updates as it takes. */
export const updatesExceeded = (): Error =>
  grpc(9, 'The limit on the total number of distinct updates has been reached');

export const silentUpdate = (): Error =>
  new WorkflowUpdateRPCTimeoutOrCancelledError('Update timed out', { cause: DEADLINE_EXCEEDED });
