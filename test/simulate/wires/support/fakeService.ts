import { randomUUID } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import type { Clock } from '../../../../simulate/clock/clock';
import { History } from '../../../../simulate/temporal/history';
import { encode } from '../../../../simulate/temporal/payloads';
import type { Service } from '../../../../simulate/temporal/service';
import { NotFound, type Outcome, type StartOptions, type Status } from '../../../../simulate/temporal/temporal';

/** A run without workflow code: it does what a test says. */
export class FakeRun {
  readonly runId = randomUUID();
  readonly firstRunId = this.runId;
  readonly startedAt: number;
  readonly events = new History();
  readonly memo: Record<string, Payload>;
  readonly attributes: Record<string, Payload>;
  closedAt: number | null = null;
  status: Status = 'RUNNING';
  /** What updates were sent, by id; a test answers them. */
  readonly updates = new Map<string, { settle: (outcome: Outcome) => void; giveUp: (why: Error) => void }>();
  private readonly onEnd: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly options: StartOptions,
  ) {
    this.startedAt = clock.now;
    this.memo = options.memo ?? {};
    this.attributes = { ...options.attributes };
    const searchAttributes = { indexedFields: { ...this.attributes } };
    this.events.add('workflowExecutionStarted', { searchAttributes }, clock.now);
  }

  get workflowId(): string {
    return this.options.workflowId;
  }
  get type(): string {
    return this.options.type;
  }
  get taskQueue(): string {
    return this.options.taskQueue;
  }
  get history(): History['events'] {
    return this.events.events;
  }

  signal(signalName: string): void {
    this.events.add('workflowExecutionSignaled', { signalName }, this.clock.now);
  }

  requestCancel(): void {
    this.events.add('workflowExecutionCancelRequested', {}, this.clock.now);
  }

  terminate(reason: string): void {
    this.end('TERMINATED', () => this.events.add('workflowExecutionTerminated', { reason }, this.clock.now));
  }

  update(id: string): Promise<Outcome> {
    return new Promise((settle, giveUp) => this.updates.set(id, { settle, giveUp }));
  }

  query(name: string, input: Payload[]): Promise<Outcome> {
    return Promise.resolve(
      name === 'echo'
        ? { success: input }
        : { failure: { message: `Workflow did not register a handler for ${name}` } },
    );
  }

  onClose(then: () => void): void {
    if (this.closedAt === null) this.onEnd.push(then);
    else then();
  }

  // ── What tests do ──────────────────────────────────────────────────────────────────────────────────────────────

  complete(result: unknown = null): void {
    const payloads = [encode(result)];
    this.end('COMPLETED', () =>
      this.events.add('workflowExecutionCompleted', { result: { payloads } }, this.clock.now),
    );
  }

  continueIn(next: FakeRun): void {
    const newExecutionRunId = next.runId;
    this.end('CONTINUED_AS_NEW', () =>
      this.events.add('workflowExecutionContinuedAsNew', { newExecutionRunId }, this.clock.now),
    );
  }

  accept(protocolInstanceId: string): void {
    this.events.add('workflowExecutionUpdateAccepted', { protocolInstanceId }, this.clock.now);
  }

  answer(updateId: string, value: unknown): void {
    const outcome: Outcome = { success: [encode(value)] };
    const success = { payloads: outcome.success };
    this.events.add('workflowExecutionUpdateCompleted', { meta: { updateId }, outcome: { success } }, this.clock.now);
    this.clock.busily(() => this.updates.get(updateId)!.settle(outcome));
  }

  setAttributes(values: Record<string, unknown>): void {
    const indexedFields = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encode(value)]));
    Object.assign(this.attributes, indexedFields);
    this.events.add('upsertWorkflowSearchAttributes', { searchAttributes: { indexedFields } }, this.clock.now);
  }

  private end(status: Status, enter: () => void): void {
    enter();
    Object.assign(this, { status, closedAt: this.clock.now });
    this.clock.busily(() => {
      for (const { giveUp } of this.updates.values()) giveUp(new NotFound());
      for (const then of this.onEnd) then();
    });
  }
}

/** As much of the modelled service as the frontend needs, without workers. */
export class FakeService {
  readonly executions: FakeRun[] = [];

  constructor(private readonly clock: Clock) {}

  latest(workflowId: string): FakeRun | undefined {
    return this.executions.findLast((one) => one.workflowId === workflowId);
  }

  find(workflowId: string, runId: string): FakeRun | undefined {
    return this.executions.find((one) => one.workflowId === workflowId && one.runId === runId);
  }

  start(options: StartOptions): FakeRun {
    const run = new FakeRun(this.clock, options);
    this.executions.push(run);
    return run;
  }

  get asService(): Service {
    return this as unknown as Service;
  }
}
