import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { OnboardingHandle } from '../../src/client/find';
import type { OnboardingInput } from '../../src/contract/input';
import { decideReview, status as statusQuery } from '../../src/contract/messages';
import type { OnboardingStatus } from '../../src/contract/status';
import type { Step, StepState } from '../../src/contract/steps';
import type { LedgerEntry, RequestEntry } from '../../src/sandbox';
import { startOnboarding } from '../../src/starter';
import type { Stage } from '../world/stage';

const LOOK_MS = 10_000;
/** What takes longer than this to come will never come. */
const PATIENCE_MS = 3 * 3_600_000;
const MOST_TIMES = 10;
const DAY_MS = 86_400_000;
const WEEK = 7;
/** A worker process lives for so many weeks: then another version of it is deployed. */
const DEPLOYED_EVERY = 4;

/** One onboarding that is to live for long, and the people and machines around it. */
export class Life {
  private started: OnboardingHandle | null = null;

  constructor(private readonly stage: Stage) {}

  get handle(): OnboardingHandle {
    if (this.started === null) throw new Error('It has not begun.');
    return this.started;
  }

  async start(input: OnboardingInput): Promise<void> {
    const { client, taskQueue } = this.stage.around;
    this.started = (await startOnboarding(client, input, { taskQueue })).handle;
  }

  status(): Promise<OnboardingStatus> {
    return this.handle.query(statusQuery);
  }

  /** Looks from time to time until the status shows it. */
  async until(isSo: (status: OnboardingStatus) => boolean): Promise<OnboardingStatus> {
    const { clock } = this.stage;
    for (const end = clock.now + PATIENCE_MS; clock.now < end; await clock.sleep(LOOK_MS)) {
      const status = await this.status();
      if (isSo(status)) return status;
    }
    throw new Error(`It never came to this: ${isSo.toString()}; but ${JSON.stringify(await this.status())}`);
  }

  untilStep(name: Step, wanted: StepState): Promise<OnboardingStatus> {
    return this.until(({ steps }) => steps.some(({ step, state }) => step === name && state === wanted));
  }

  untilReview(): Promise<OnboardingStatus> {
    return this.until(({ review }) => review !== null && review.decision === undefined);
  }

  /** Does what the onboarding refuses for the moment again: it is on its way to a new run. */
  async insist<T>(act: () => Promise<T>): Promise<T> {
    for (let times = 1; ; times += 1)
      try {
        return await act();
      } catch (error) {
        const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
        if (!(cause instanceof ApplicationFailure) || cause.type !== 'TooEarly' || times === MOST_TIMES) throw error;
        await this.pass(LOOK_MS);
      }
  }

  /** The reviewer approves the first round as soon as it is under review. */
  async approve(): Promise<void> {
    await this.untilReview();
    const approval = { decision: 'approve', reviewer: 'maria', revision: 0 } as const;
    await this.insist(() => this.handle.executeUpdate(decideReview, { args: [approval] }));
  }

  // ── Time ───────────────────────────────────────────────────────────────────────────────────────────────────────

  get now(): number {
    return this.stage.clock.now;
  }

  pass(ms: number): Promise<void> {
    return this.stage.clock.sleep(ms);
  }

  /** Lets days pass. Somebody looks at the end of each week, and now and then the workers are replaced: they have to replay it. */
  async liveThrough(days: number, look: (status: OnboardingStatus) => void): Promise<void> {
    for (let passed = 0, weeks = 1; passed < days; passed += WEEK, weeks += 1) {
      await this.pass(Math.min(WEEK, days - passed) * DAY_MS);
      look(await this.status());
      if (weeks % DEPLOYED_EVERY === 0) this.stage.service.killWorkers('another version is deployed');
    }
  }

  // ── Around it ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** What Layers' support does, and the sandbox's control routes. */
  async support(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
    await this.stage.around.console.support(method, path, body);
  }

  get apiKey(): string {
    return this.stage.around.apiKey();
  }

  /** The customer says yes on a consent page; `false` where it had died. */
  consent(authorizeUrl: string): Promise<boolean> {
    return this.stage.around.console.consent(authorizeUrl);
  }

  // ── What is left of it ─────────────────────────────────────────────────────────────────────────────────────────

  /** Of all runs so far. */
  get events(): number {
    return this.stage.service.executions.reduce((sum, { history }) => sum + history.length, 0);
  }

  requests(method: string, path: RegExp): number {
    return this.asked.filter((request) => request.method === method && path.test(request.path)).length;
  }

  get requestsInAll(): number {
    return this.asked.length;
  }

  /** How often Layers has done it: `media.created`, `post.created`, … */
  effects(kind: string): number {
    return this.ledger.filter((entry) => entry.type === 'effect' && entry.effect === kind).length;
  }

  /** How often the partner's backend was told of it. */
  toldOf(type: string): number {
    return [...this.stage.partner.told.values()].filter((told) => told.type === type).length;
  }

  private get ledger(): LedgerEntry[] {
    return this.stage.sandbox.ledger();
  }

  /** Of Layers. */
  private get asked(): RequestEntry[] {
    return this.ledger.filter((entry): entry is RequestEntry => entry.type === 'request');
  }
}
