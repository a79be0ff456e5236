import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Rule } from '../../src/sandbox';
import type { Argument } from '../arbitraries/payloads';

/** What brings an onboarding about, and how Layers treats its customer. */
export interface Doors {
  client: Client;
  /** Starts an onboarding with arguments as they are, and no check on this side. */
  start(args: Argument[], workflowId: string): Promise<WorkflowHandle>;
  /** Makes the sandbox answer one customer otherwise. */
  bend(customerExternalId: string, rules: Pick<Rule, 'match' | 'after' | 'times' | 'action'>[]): Promise<void>;
}
