import { Client } from '@temporalio/client';
import type { Clock } from '../clock/clock';
import { dataConverter } from '../../src/temporal/dataConverter';
import type { Service } from '../temporal/service';
import { SimulatedConnection } from './frontend/connection';
import { messageMethods } from './frontend/messages';
import { startMethods } from './frontend/starts';
import { viewMethods } from './frontend/views';
import { updateMethods } from './frontend/updates';
import { visibilityMethods } from './frontend/visibility';

interface World {
  clock: Clock;
  service: Service;
  /** The model has failed. */
  problem: (what: string) => void;
}

/** Search indexes show what has happened after so long, in milliseconds. */
const LAG_MS = 1_500;

/** The way in to the modelled service, for programs that are clients of Temporal: they get a real `Client`. */
export class Frontend {
  readonly client: Client;
  private readonly connection: SimulatedConnection;

  /** @param lagMs the most that lists of workflows are behind */
  constructor({ clock, service, problem }: World, { lagMs = LAG_MS }: { lagMs?: number } = {}) {
    this.connection = new SimulatedConnection(
      { clock, problem },
      {
        ...startMethods(service),
        ...messageMethods(service),
        ...updateMethods(service),
        ...viewMethods(service, clock),
        ...visibilityMethods(service, clock, lagMs),
      },
    );
    this.client = new Client({ connection: this.connection, dataConverter, identity: 'simulation' });
  }

  /** How often each call of gRPC was made so far. */
  get calls(): ReadonlyMap<string, number> {
    return this.connection.calls;
  }
}
