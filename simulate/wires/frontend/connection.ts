import { AsyncLocalStorage } from 'node:async_hooks';
import { OperatorService, WorkflowService, type ConnectionLike, type Metadata } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Clock } from '../../clock/clock';
import { across } from '../across';
import { GrpcError } from './errors';

/** What a server answers to the calls of gRPC, by their names, with requests as they come off the wire. */
export type Methods = Readonly<Record<string, (request: never) => Promise<object>>>;

interface World {
  clock: Clock;
  /** The model has failed: no caller is told so in a way that nobody would overlook. */
  problem: (what: string) => void;
}

interface Scope {
  /** Epoch milliseconds. */
  deadline?: number | Date;
  abortSignal?: AbortSignal;
}

interface Coder {
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}

/** Each way, in milliseconds. */
const LATENCY_MS = { least: 1, most: 20 };

const { v1: messages } = temporal.api.workflowservice as unknown as { v1: Record<string, Coder> };

/** One for all worlds: each that there ever was would be asked at every promise from then on. */
const scopes = new AsyncLocalStorage<Scope>();

/**
 * In the place of a connection of the SDK: calls reach `methods` on the clock, in the bytes of gRPC, so that neither side
 * holds anything of the other's. What a call has begun goes on when its deadline is over.
 */
export class SimulatedConnection implements ConnectionLike {
  readonly plugins = [];
  readonly workflowService: WorkflowService;
  readonly operatorService: OperatorService;
  /** How often each was called, by the names of gRPC. */
  readonly calls = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly methods: Methods,
  ) {
    this.workflowService = WorkflowService.create((method, bytes, callback) => {
      this.call(method.name, bytes).then(
        (answer) => callback(null, answer),
        (error: Error) => callback(error),
      );
    });
    this.operatorService = OperatorService.create((method, _, callback) => callback(unimplemented(method.name)));
  }

  withDeadline<R>(deadline: number | Date, act: () => Promise<R>): Promise<R> {
    return scopes.run({ ...scopes.getStore(), deadline }, act);
  }

  withAbortSignal<R>(abortSignal: AbortSignal, act: () => Promise<R>): Promise<R> {
    return scopes.run({ ...scopes.getStore(), abortSignal }, act);
  }

  withMetadata<R>(_: Metadata, act: () => Promise<R>): Promise<R> {
    return act();
  }

  async ensureConnected(): Promise<void> {}

  async close(): Promise<void> {}

  private call(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const { clock } = this.world;
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const { deadline, abortSignal } = scopes.getStore() ?? {};
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new GrpcError('DEADLINE_EXCEEDED', 'Deadline exceeded'));
      const timer = deadline === undefined ? null : clock.at(Number(deadline), () => clock.busily(late));
      const unwanted = (): void => reject(new GrpcError('CANCELLED', 'Cancelled on client'));
      abortSignal?.addEventListener('abort', unwanted);
      void this.carry(name, bytes)
        .then(resolve, reject)
        .finally(() => {
          clock.cancel(timer);
          abortSignal?.removeEventListener('abort', unwanted);
        });
    });
  }

  private async carry(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const { clock } = this.world;
    const [there, back] = [1, 2].map(() => clock.random.spread(LATENCY_MS.least, LATENCY_MS.most)) as [number, number];
    try {
      return await across(clock, there, () => this.serve(name, bytes));
    } finally {
      await clock.sleep(back);
    }
  }

  private async serve(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const method = this.methods[`${name[0]!.toLowerCase()}${name.slice(1)}`];
    if (method === undefined) throw unimplemented(name);
    try {
      const answer = await method(messages[`${name}Request`]!.decode(bytes) as never);
      return messages[`${name}Response`]!.encode(answer).finish();
    } catch (error) {
      if (error instanceof GrpcError) throw error;
      this.world.problem(`${name}: ${(error as Error).stack}`);
      throw new GrpcError('INTERNAL', (error as Error).message);
    }
  }
}

const unimplemented = (name: string): GrpcError => new GrpcError('UNIMPLEMENTED', `unknown method ${name}`);
