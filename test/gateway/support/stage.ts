import { randomUUID } from 'node:crypto';
import type { WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { pino } from 'pino';
import type { OnboardingInput } from '../../../src/contract/input';
import type { Notifier } from '../../../src/contract/notifications';
import type { OnboardingStatus } from '../../../src/contract/status';
import { startGateway, type RunningGateway, type StartGatewayOptions } from '../../../src/gateway';
import { onboardingOf, signLink, type Link } from '../../../src/links';
import type { SandboxOptions } from '../../../src/sandbox';
import { targetAt } from '../../../src/temporal/connect';
import { freePort } from '../../../src/temporal/ports';
import { startWorker, type OnboardingWorker } from '../../../src/worker';
import {
  openStack,
  temporalAddress,
  underReview,
  untilStatus,
  workflowBundle,
  type Stack,
} from '../../support/environment';
import { acmeCoffee, nextWeek } from '../../support/inputs';

export const LINK_SECRET = 'the secret of links longer than 32 characters';
/** The customer connects an account; nothing is posted before. */
const CONNECT = { connect: [{ platform: 'tiktok' as const }] };
export const WEBHOOK_SECRET = 'whsec_of_this_suite';

/** Everything, as in production: Temporal, a sandbox that sends webhooks, a worker, and a gateway. */
export interface Stage extends Stack {
  gateway: RunningGateway;
  /** What the gateway has logged. */
  logged(): string;
  worker(): Promise<OnboardingWorker>;
  stopWorkers(): Promise<void>;
  /** Another gateway in front of the same Temporal. */
  anotherGateway(more?: Partial<StartGatewayOptions>): Promise<RunningGateway>;
  /** Address of a page on the (first) gateway. */
  page(kind: 'r' | 'c', link: Partial<Link> & Pick<Link, 'workflowId'>): string;
  /** Starts an onboarding of the sample customer; resolves once its status is as wanted. */
  onboard(input?: Partial<OnboardingInput>, wanted?: (status: OnboardingStatus) => boolean): Promise<WorkflowHandle>;
}

export async function openStage(
  options: {
    sandbox?: SandboxOptions; /** Made for a gateway at this address. */
    notifier?: (publicUrl: string) => Notifier;
    gateway?: Partial<StartGatewayOptions>;
  } = {},
): Promise<Stage> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const webhook = { url: `${publicUrl}/webhooks/layers`, secret: WEBHOOK_SECRET };
  const stack = await openStack({ sandbox: { webhook, ...options.sandbox }, worker: false });
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const gateways: RunningGateway[] = [];
  const anotherGateway = async (more: Partial<StartGatewayOptions> = {}): Promise<RunningGateway> => {
    const gateway = await startGateway({
      client: stack.client,
      secrets: [LINK_SECRET],
      webhookSecrets: [WEBHOOK_SECRET],
      port: 0,
      log,
      ...options.gateway,
      ...more,
    });
    gateways.push(gateway);
    return gateway;
  };
  const firstRuns = new Map<string, string>();
  const workers: OnboardingWorker[] = [];
  const worker = async (): Promise<OnboardingWorker> => {
    const started = await startWorker({
      target: targetAt(temporalAddress()),
      layers: { baseUrl: stack.sandbox.url, apiKey: `lp_test_${randomUUID().slice(0, 8)}` },
      logger: pino({ level: 'silent' }),
      taskQueue: stack.taskQueue,
      defaultReturnUrl: `${publicUrl}/c/return`,
      notifier: options.notifier?.(publicUrl) ?? null,
      workflowCode: { workflowBundle: { codePath: workflowBundle() } },
    });
    workers.push(started);
    return started;
  };
  const stopWorkers = async (): Promise<void> => {
    await Promise.all(workers.splice(0).map((one) => one.shutdown()));
  };
  const gateway = await anotherGateway({ port });
  await worker();
  return {
    ...stack,
    gateway,
    logged: () => lines.join(''),
    worker,
    stopWorkers,
    anotherGateway,
    page: (kind, link) =>
      `${publicUrl}/${kind}/${signLink(LINK_SECRET, {
        scope: kind === 'c' ? 'connect' : 'decide',
        ...(kind === 'r' && (link.scope ?? 'decide') === 'decide' ? { revision: 0 } : {}),
        onboarding: onboardingOf(firstRuns.get(link.workflowId) ?? ''),
        expiresAt: Date.now() + 3_600_000,
        ...link,
      })}`,
    async onboard(input = {}, wanted = underReview) {
      const handle = await stack.start(acmeCoffee({ schedule: { at: nextWeek() }, social: CONNECT, ...input }));
      const { firstExecutionRunId } = handle as WorkflowHandleWithFirstExecutionRunId;
      firstRuns.set(handle.workflowId, firstExecutionRunId);
      await untilStatus(handle, wanted);
      return handle;
    },
    async close() {
      await Promise.all(gateways.map((one) => one.close()));
      await stopWorkers();
      await stack.close();
    },
  };
}
