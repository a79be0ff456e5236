import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';
import { pino } from 'pino';
import { Random } from '../../../../simulate/clock/random';
import { Console, Journal, Onboarding, type Surroundings } from '../../../../simulate/people';
import { Customer } from '../../../../simulate/people/customer';
import { Operator } from '../../../../simulate/people/operator';
import { Reviewers } from '../../../../simulate/people/reviewers';
import type { Plan } from '../../../../simulate/plan';
import { inputOf } from '../../../../simulate/plan/inputs';
import { cancelOnboarding } from '../../../../src/client/messages';
import type { OnboardingInput } from '../../../../src/contract/input';
import { startGateway } from '../../../../src/gateway/server';
import type { LedgerEntry } from '../../../../src/sandbox';
import { startOnboarding } from '../../../../src/starter';
import { targetAt } from '../../../../src/temporal/connect';
import { startWorker } from '../../../../src/worker';
import { openStack, temporalAddress, workflowBundle, type Stack } from '../../../support/environment';
import { FAST_WAITS } from '../../../support/inputs';
import { bend, steer } from '../../../support/steering';
import { PolledLists } from './lists';

const WORKER_KEY = 'lp_test_suite_worker';
const OPERATOR_KEY = 'lp_test_suite_operator';
/** Longest that people think, in milliseconds: time is real here. */
const HURRY_MS = 50;
const log = pino({ level: 'silent' });

/** The real thing: a dev server with a worker and a gateway, a sandbox over HTTP, and the people of the simulation. */
export interface DevServer {
  /** Plays the one onboarding of a plan to its end; returns the histories of its runs, oldest first. */
  play(plan: Plan): Promise<History[]>;
  ledger(): LedgerEntry[];
  /** What people despaired of. */
  problems: readonly string[];
  close(): Promise<void>;
}

export async function openDevServer(): Promise<DevServer> {
  const target = targetAt(temporalAddress());
  const secret = `whsec_${randomUUID()}`;
  const connection = await Connection.connect({ address: target.address });
  const gateway = await startGateway({
    ...{ port: 0, client: new Client({ connection }), log },
    ...{ secrets: [randomUUID()] as [string], webhookSecrets: [secret] },
  });
  const stack = await openStack({
    worker: false,
    sandbox: { webhook: { url: `${gateway.publicUrl}/webhooks/layers`, secret } },
  });
  const { client, sandbox, taskQueue } = stack;
  const worker = await startWorker({
    ...{ target, taskQueue, logger: log, layers: { baseUrl: sandbox.url, apiKey: WORKER_KEY } },
    defaultReturnUrl: `${gateway.publicUrl}/c/return`,
    notifier: { notify: () => Promise.resolve() },
    workflowCode: { workflowBundle: { codePath: workflowBundle() } },
  });
  const lists = new PolledLists(client);
  const journal = new Journal();
  const clock = hurriedClock();
  const around = {
    ...{ clock, client, taskQueue, lists, journal, apiKey: () => WORKER_KEY, say: () => undefined },
    console: new Console(clock as never, sandbox.url, OPERATOR_KEY),
    service: undefined,
  } as unknown as Surroundings;
  return {
    play: (plan) => play(plan, stack, around, lists),
    ledger: () => sandbox.ledger(),
    problems: journal.problems,
    async close() {
      lists.close();
      await worker.shutdown();
      await stack.close();
      await gateway.close();
      await connection.close();
    },
  };
}

/** Of the clock of a world, what people use: they think no longer than they must. */
function hurriedClock(): Partial<Surroundings['clock']> {
  return {
    random: new Random(1),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, HURRY_MS))),
    still: (work) => work(),
    get now() {
      return Date.now();
    },
  };
}

async function play(plan: Plan, { client, sandbox, taskQueue }: Stack, around: Surroundings, lists: PolledLists) {
  const [one] = plan.onboardings;
  const onboarding = new Onboarding(around, one!);
  const { workflowId } = onboarding;
  const { customer, ending, account, accountId, again, cancelsIn } = one!;
  if (account === 'named') await steer(sandbox, 'POST', '/accounts', { customerExternalId: customer, id: accountId });
  await bend(sandbox, customer, ...plan.rules);
  void lists.follow(workflowId);
  for (const person of [new Customer(onboarding), new Reviewers(onboarding), new Operator(onboarding)])
    void person.attend();

  const input = hastened(inputOf(one!, plan.startAt), ending === 'expired' && !again);
  const runIds: string[] = [];
  const course = async (): Promise<void> => {
    const { runId, state } = await startOnboarding(client, input, { taskQueue, again: onboarding.course > 0 });
    if (state !== 'started') throw new Error(`${workflowId}: ${state}`);
    onboarding.course += 1;
    runIds.push(runId);
    let row = await lists.news(workflowId);
    while (row.runId !== runId || row.status === 'RUNNING') {
      if (row.runId === runId && onboarding.course === 1 && cancelsIn !== null && row.stage === cancelsIn)
        await cancelOnboarding(client, { workflowId });
      row = await lists.news(workflowId, row);
    }
  };
  await course();
  if (again) await course();
  return Promise.all(runIds.map((runId) => client.workflow.getHandle(workflowId, runId).fetchHistory()));
}

/** The same input for a sandbox that is a few hundred times faster. */
const hastened = (input: OnboardingInput, isToExpire: boolean): OnboardingInput => ({
  ...input,
  review: isToExpire ? { deadline: '5s', remindEvery: '2600ms' } : { ...input.review },
  policy: { ...input.policy, waits: FAST_WAITS },
});
