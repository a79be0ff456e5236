import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';

/** What the gateway needs. It keeps no state: any number may run side by side, and any may be killed. */
export interface GatewayOptions {
  client: Client;
  /** Secrets that links may be signed with; the first one signs. Several during a rotation. */
  secrets: readonly [string, ...string[]];
  /** Where people and Layers reach the gateway, without a slash at the end. */
  publicUrl: string;
  /** Signing secrets of the webhook endpoint at Layers. Without any, webhooks are refused. */
  webhookSecrets: readonly string[];
  /** Hosts from which pictures and videos may be loaded. Default: the hosts of what is shown. */
  assetHosts?: readonly string[];
  /** What it writes never holds a token, a name or a comment. */
  log: Logger;
  /** Epoch milliseconds. */
  now?: () => number;
  /** How long a page waits for a worker to take a decision. Default 15 s. */
  updateTimeoutMs?: number;
}
