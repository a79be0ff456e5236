import { OnboardingEndedError, OnboardingNotFoundError } from '../../src/client/errors';
import { cancelOnboarding } from '../../src/client/messages';
import { startOnboarding, type Started } from '../../src/starter';
import { inputOf } from '../plan/inputs';
import { attend, isPassing, type Next } from './attend';
import type { Row } from './lists';
import type { Onboarding } from './onboarding';
import { mayBeReset, reset } from './reset';

/** Between an end and the second start, in milliseconds. */
const SECOND_THOUGHTS_MS = { least: 10, most: 100_000 };
const MOST_TRIES = 50;

/** Whoever wants the customer onboarded: starts it, thinks better of it, has it done again. */
export class Owner {
  /** All that the plan wants has been started, and has ended. */
  isDone = false;
  private hasCancelled = false;

  constructor(private readonly onboarding: Onboarding) {}

  async live(): Promise<void> {
    const { around, plan } = this.onboarding;
    const { clock } = around;
    await clock.sleep(plan.startsAfterMs);
    await this.start();
    if (plan.cancelsIn !== null) void attend('the owner', this.onboarding, (row) => this.reconsider(row));
    await this.ended();
    if (plan.resetsAfterEndMs !== null) {
      await clock.sleep(plan.resetsAfterEndMs);
      if (mayBeReset(this.onboarding)) reset(this.onboarding);
      await this.ended();
    }
    if (plan.again) {
      await clock.sleep(clock.random.spread(SECOND_THOUGHTS_MS.least, SECOND_THOUGHTS_MS.most));
      await this.start();
      await this.ended();
    }
    this.isDone = true;
  }

  private async start(): Promise<void> {
    const { onboarding } = this;
    const { around, plan } = onboarding;
    const { client, taskQueue, clock, journal } = around;
    const input = inputOf(plan, clock.now);
    const isAgain = onboarding.course > 0;
    const before = around.service.latest(onboarding.workflowId);
    if (before !== undefined) journal.forgotten.push({ from: before.startedAt, to: clock.now });
    const { state } = await this.insist(() => startOnboarding(client, input, { taskQueue, again: isAgain }));
    onboarding.say(`the owner starts it: ${state}`);
    if (state !== 'started') return;
    onboarding.course += 1;
    if (input.schedule !== undefined) journal.postAt.set(plan.customer, input.schedule.at);
  }

  private async insist(act: () => Promise<Started>): Promise<Started> {
    for (let tries = 1; ; tries += 1)
      try {
        return await act();
      } catch (error) {
        if (!isPassing(error) || tries === MOST_TRIES) throw error;
        await this.onboarding.waitAWhile(tries);
      }
  }

  /** Resolves when it has ended, and none of its runs goes on. */
  private async ended(): Promise<void> {
    const { around, workflowId } = this.onboarding;
    let row: Row | undefined;
    do row = await around.lists.news(workflowId, row);
    while (row.status === 'RUNNING' || row.status === 'CONTINUED_AS_NEW');
  }

  private async reconsider({ status, stage }: Row): Promise<Next> {
    const { around, plan, workflowId, isSecondCourse } = this.onboarding;
    if (this.hasCancelled || isSecondCourse || status !== 'RUNNING' || stage !== plan.cancelsIn) return 'wait';
    try {
      await cancelOnboarding(around.client, { workflowId });
    } catch (error) {
      if (!(error instanceof OnboardingEndedError) && !(error instanceof OnboardingNotFoundError)) throw error;
    }
    this.hasCancelled = true;
    this.onboarding.say('the owner cancels');
    return 'wait';
  }
}
