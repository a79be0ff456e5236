import type { Client, WorkflowHandle } from '@temporalio/client';
import { calling } from '../../src/client/errors';
import { onboardingWorkflowId } from '../../src/client/find';
import { status as statusQuery } from '../../src/contract/messages';
import type { OnboardingStatus } from '../../src/contract/status';
import type { Clock } from '../clock/clock';
import type { OnboardingPlan } from '../plan';
import type { Service } from '../temporal/service';
import type { Console } from './console';
import type { Journal } from './journal';
import type { Lists, Row } from './lists';

/** What everybody in a world works with. */
export interface Surroundings {
  clock: Clock;
  client: Client;
  taskQueue: string;
  /** For what operators do by its command line: resets. */
  service: Service;
  lists: Lists;
  console: Console;
  journal: Journal;
  /** The API key that the worker holds, as whoever deploys it knows. */
  apiKey: () => string;
  say: (line: string) => void;
}

const QUERY_MS = 5_000;
/** Shortest time that people take to act. */
const LEAST_THINKING_MS = 50;
/** What could not be done is tried again after so long: longer each time, up to half an hour. */
const AGAIN_MS = { least: 500, atFirst: 10_000, most: 1_800_000 };

/** One customer's onboarding as the people around it see it. */
export class Onboarding {
  readonly workflowId: string;
  /** How often its owner has started it. */
  course = 0;
  /** From now on its operator aborts it wherever it blocks. */
  isToBeAborted = false;

  constructor(
    readonly around: Surroundings,
    readonly plan: OnboardingPlan,
  ) {
    this.workflowId = onboardingWorkflowId(plan.customer);
  }

  /** After it was stopped or rejected it is brought to its schedule. */
  get isSecondCourse(): boolean {
    return this.course > 1;
  }

  get handle(): WorkflowHandle {
    return this.around.client.workflow.getHandle(this.workflowId);
  }

  get row(): Row | undefined {
    return this.around.lists.row(this.workflowId);
  }

  /** The answer of the query that feeds every surface. */
  status(): Promise<OnboardingStatus> {
    const query = (): Promise<OnboardingStatus> => this.handle.query(statusQuery);
    return calling(this.around.client, QUERY_MS, query, this.workflowId);
  }

  think(): Promise<void> {
    const { clock } = this.around;
    return clock.sleep(clock.random.spread(LEAST_THINKING_MS, this.plan.thinkMs));
  }

  /** @param times how often in a row it was in vain */
  waitAWhile(times: number): Promise<void> {
    const { clock } = this.around;
    const most = Math.min(AGAIN_MS.atFirst * 2 ** times, AGAIN_MS.most);
    return clock.sleep(clock.random.spread(AGAIN_MS.least, most));
  }

  say(line: string): void {
    this.around.say(`${this.plan.customer}: ${line}`);
  }
}
