import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { ONBOARD_CUSTOMER } from '../../src/contract/messages';
import { startGateway, type RunningGateway } from '../../src/gateway';
import { startSandbox, type Sandbox } from '../../src/sandbox';
import { targetAt } from '../../src/temporal/connect';
import { startWorker } from '../../src/worker';
import { payloadOf } from '../arbitraries/payloads';
import type { Doors } from './doors';
import { WaitingRoom } from './waiting';

/** Needles: what must never stand in anything that comes out. */
const API_KEY = 'lp_test_fuzz_needleofthekey';
export const LINK_SECRET = 'needle-of-the-links-longer-than-32-characters';
export const WEBHOOK_SECRET = 'whsec_needleofthewebhooks';
export const SECRETS = [API_KEY, LINK_SECRET, WEBHOOK_SECRET];

/** Everything, as in production: Temporal, sandbox, worker, gateway. */
export interface Stage extends Doors {
  taskQueue: string;
  sandbox: Sandbox;
  gateway: RunningGateway;
  waiting: WaitingRoom;
  /** What gateway and worker have logged since the last call. */
  logged(): string;
  /** Rejections that nobody has handled, since the last call. */
  unhandled(): unknown[];
  /** Of a case: one that is given up on goes on by itself, and ends before the stage is closed. */
  during<T>(running: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export const newCustomer = (): string => `fuzz-${randomUUID().slice(0, 12)}`;

/** @param server - address of a Temporal server, and the file of a bundle of the workflow */
export async function openStage(server: { address: string; bundle: string }): Promise<Stage> {
  const taskQueue = `fuzz-${randomUUID().slice(0, 8)}`;
  const target = targetAt(server.address);
  const durations = { influencerMs: 50, keywordsMs: 80, contentMs: 80, mediaMs: 5, dispatchMs: 100, publishMs: 100 };
  const sandbox = await startSandbox({ durations, tier: 'partner', uniqueCustomerExternalId: false });
  const connection = await Connection.connect({ address: target.address });
  const client = new Client({ connection });
  let lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const gateway = await startGateway({
    ...{ client, secrets: [LINK_SECRET], webhookSecrets: [WEBHOOK_SECRET], log: logger, port: 0 },
    updateTimeoutMs: 5_000,
  });
  const worker = await startWorker({
    target,
    layers: { baseUrl: sandbox.url, apiKey: API_KEY },
    logger,
    taskQueue,
    defaultReturnUrl: `${gateway.publicUrl}/c/return`,
    notifier: null,
    workflowCode: { workflowBundle: { codePath: server.bundle } },
  });
  let rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', onRejection);

  const start: Stage['start'] = async (args, workflowId) => {
    await client.workflowService.startWorkflowExecution({
      namespace: client.options.namespace,
      workflowId,
      workflowType: { name: ONBOARD_CUSTOMER },
      taskQueue: { name: taskQueue },
      input: { payloads: args.map(payloadOf) },
      requestId: randomUUID(),
      identity: 'fuzz',
    });
    return client.workflow.getHandle(workflowId);
  };
  const bend: Stage['bend'] = async (customerExternalId, rules) => {
    const bound = rules.map((rule) => ({
      ...rule,
      match: { ...rule.match, customerExternalId: `^${customerExternalId}$` },
    }));
    const response = await fetch(`${sandbox.url}/_sandbox/faults`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(bound),
    });
    if (!response.ok) throw new Error(`The sandbox refuses the rules: ${await response.text()}`);
  };
  const waiting = new WaitingRoom({ client, start, bend });
  const running = new Set<Promise<unknown>>();
  return {
    ...{ client, taskQueue, sandbox, gateway, waiting, start, bend },
    during(one) {
      const ended = one.catch(() => undefined).finally(() => running.delete(ended));
      running.add(ended);
      return one;
    },
    logged() {
      const text = lines.join('');
      lines = [];
      return text;
    },
    unhandled() {
      const seen = rejections;
      rejections = [];
      return seen;
    },
    async close() {
      await Promise.all([...running, waiting.close()]);
      process.off('unhandledRejection', onRejection);
      await gateway.close();
      await worker.shutdown();
      await connection.close();
      await sandbox.close();
    },
  };
}
