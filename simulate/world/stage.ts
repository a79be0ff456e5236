import { pino, type Logger } from 'pino';
import { bucketQueue, BUCKETS } from '../../src/contract/queues';
import { tasksPerSecond } from '../../src/config';
import { createGateway } from '../../src/gateway';
import { createNotifier } from '../../src/notify';
import { createSandbox, type Rule, type SandboxInProcess } from '../../src/sandbox';
import type { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import type { Clock } from '../clock/clock';
import { Console, Journal, Lists, type Surroundings } from '../people';
import type { Plan } from '../plan';
import { DURATIONS } from '../plan/inputs';
import { Service } from '../temporal/service';
import { Frontend } from '../wires/frontend';
import { Internet } from '../wires/internet';
import { LayersWire } from '../wires/layersWire';
import { Partner } from './partner';
import { Secrets } from './secrets';
import { activitiesOf } from './worker';

const TASK_QUEUE = 'sim';
const LAYERS = 'http://layers.sim';
/** Layers sends customers back to nothing but https. */
const GATEWAY = 'https://gateway.sim';
const PARTNER = 'http://partner.sim';
/** The model's queues have one partition. */
const PARTITIONS = 1;
const NO_WRITE_A_DAY_TOO_MANY = 1_000_000;
/** Rules that no request with a key meets. */
const WITHOUT_KEY = ['webhook', 'deny-consent'];

/** A moment in which a process was struck: what it was told then, it could not pass on. Epoch milliseconds. */
export interface Struck {
  kind: 'worker killed' | 'key rotated';
  from: number;
  to: number;
}

/** Everything that a world has: Layers, the Temporal service and its worker, the gateway, the partner, and what people use. */
export class Stage {
  readonly journal = new Journal();
  readonly struck: Struck[] = [];
  readonly secrets: Secrets;
  readonly sandbox: SandboxInProcess;
  readonly service: Service;
  readonly lists: Lists;
  readonly partner: Partner;
  readonly around: Surroundings;
  /** What the gateway and the workers have logged. */
  readonly logLines: string[] = [];
  operatorKeyId = '';
  private readonly keyIds = new Map<string, string>();
  private readonly disconnect: () => void;
  private apiKey: string;

  constructor(
    readonly plan: Plan,
    readonly clock: Clock,
    workflows: ReusableVMWorkflowCreator,
    readonly say: (line: string) => void,
  ) {
    const { random } = clock;
    const { journal } = this;
    const secrets = new Secrets(random);
    this.secrets = secrets;
    this.apiKey = secrets.workerKey;
    const log = this.logger();
    const strike = (from: number, to: number): void => void this.struck.push({ kind: 'worker killed', from, to });
    const problem = (what: string): void => void journal.problems.push(what);
    const world = { clock, log: say, strike };

    this.sandbox = createSandbox({
      durations: DURATIONS,
      tier: { ...plan.limits, writesPerDay: NO_WRITE_A_DAY_TOO_MANY },
      publicUrl: LAYERS,
      seed: plan.seed,
      now: () => clock.now,
      log: say,
      ...(plan.webhooks ? { webhook: { url: `${GATEWAY}/webhooks/layers`, secret: secrets.webhook } } : {}),
    });
    this.partner = new Partner(random, plan.partner === 'flaky');
    const internet = new Internet(world, {
      'layers.sim': (request) => this.sandbox.fetch(request),
      'gateway.sim': (request) => gateway.fetch(request),
      'partner.sim': this.partner.answer,
    });
    const wire = new LayersWire(world, this.sandbox.fetch, plan.wire);
    const notifier =
      plan.partner === 'none'
        ? null
        : createNotifier({
            url: `${PARTNER}/onboardings`,
            secret: secrets.notifications,
            publicUrl: GATEWAY,
            linkSecret: secrets.links,
            dispatcher: internet,
            log,
          });
    this.service = new Service({
      ...{ clock, workflows, strike, problem, log: say, faults: plan.faults, nextRunAfter: plan.nextRunAfter },
      client: () => client,
      rates: Object.fromEntries(
        BUCKETS.map((bucket) => [bucketQueue(TASK_QUEUE, bucket), tasksPerSecond(plan.limits[bucket], PARTITIONS)]),
      ),
      startWorker: (life) =>
        activitiesOf(
          {
            layers: { baseUrl: LAYERS, dispatcher: wire },
            key: { apiKey: this.apiKey, apiKeyId: this.keyIds.get(this.apiKey) ?? '' },
            defaultReturnUrl: `${GATEWAY}/c/return`,
            notifier,
            log,
          },
          life,
        ),
    });
    const { client } = new Frontend({ clock, service: this.service, problem });
    const gateway = createGateway({
      client,
      secrets: [secrets.links],
      publicUrl: GATEWAY,
      webhookSecrets: [secrets.webhook],
      log,
    });
    this.lists = new Lists(clock, this.service);
    const { service, lists } = this;
    this.around = {
      ...{ clock, client, service, lists, journal, say, taskQueue: TASK_QUEUE },
      console: new Console(clock, LAYERS, secrets.operatorKey),
      apiKey: () => this.apiKey,
    };
    this.disconnect = internet.install();
  }

  /** Asks Layers whose keys they are, and has it bend its behaviour for those of the workers alone. */
  async prepare(): Promise<void> {
    const { secrets, sandbox, plan } = this;
    for (const key of [secrets.workerKey, secrets.nextWorkerKey, secrets.operatorKey]) {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await sandbox.fetch(new Request(`${LAYERS}/v1/whoami`, { headers }));
      this.keyIds.set(key, ((await answer.json()) as { apiKeyId: string }).apiKeyId);
    }
    this.operatorKeyId = this.keyIds.get(secrets.operatorKey)!;
    for (const { customer, account, accountId, trouble } of plan.onboardings)
      if (account === 'named' && trouble !== 'account')
        await this.support('/accounts', { customerExternalId: customer, id: accountId });
    const workers = [secrets.workerKey, secrets.nextWorkerKey].map((key) => this.keyIds.get(key)!);
    const rules = plan.rules.flatMap((rule) =>
      WITHOUT_KEY.includes(rule.action.kind) ? [rule] : ofKeys(rule, workers),
    );
    if (rules.length > 0) await this.support('/faults', rules);
    // The first one was started before anybody knew its key.
    this.service.rotateWorkers();
  }

  /** Another worker takes over, with the next key of the same organization; Layers may have revoked the old one. */
  async rotateKey(isOldRevoked: boolean): Promise<void> {
    const { secrets, clock } = this;
    if (isOldRevoked) await this.support('/keys', { key: this.apiKey, revoked: true });
    this.apiKey = secrets.nextWorkerKey;
    this.struck.push({ kind: 'key rotated', from: clock.now, to: clock.now });
    this.service.rotateWorkers();
  }

  /** Whatever is not over yet has no effect on the next world. */
  close(): void {
    this.disconnect();
    this.sandbox.close();
    for (const run of this.service.executions) if (run.status === 'RUNNING') run.terminate('the world has ended');
  }

  private async support(path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const request = new Request(`${LAYERS}/_sandbox${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { ok, status } = await this.sandbox.fetch(request);
    if (!ok) throw new Error(`${path}: ${status}`);
  }

  /** Without the blotting out: a leak is to be found, not hidden. */
  private logger(): Logger {
    return pino({ level: 'debug', base: null }, { write: (line: string) => void this.logLines.push(line) });
  }
}

const ofKeys = (rule: Rule, keyIds: string[]): Rule[] =>
  keyIds.map((apiKeyId, index) => ({
    ...rule,
    ...(rule.id === undefined ? {} : { id: `${rule.id}, key ${index + 1}` }),
    match: { ...rule.match, apiKeyId },
  }));
