import { v4, v5 } from 'uuid';

/** Names our keys among all v5 UUIDs; any constant would do, but it must never change. */
const NAMESPACE = '5f1c9d52-6f0e-4d7b-9c55-0d3a6b1f7e21';

/** What makes a write one and the same intent. */
export interface Intent {
  step: string;
  /** What distinguishes several writes of a step: an asset's URL, a source, a time. Part of it is in the body. */
  item?: string;
  /** Grows with every round of review. */
  revision?: number;
}

/** `<workflowId>/<step>[/<item>][/r<revision>]`: the intent in clear, without the try. */
export function intentPath(workflowId: string, { step, item, revision }: Intent): string {
  return [
    workflowId,
    step,
    ...(item === undefined ? [] : [item]),
    ...(revision === undefined ? [] : [`r${revision}`]),
  ].join('/');
}

/**
 * The `Idempotency-Key` of one try of an intent: derived from the workflow id alone, because run and activity ids
 * change on reset, retry and continue-as-new. The v5 hash is re-stamped as v4, since the API asks for a v4 UUID.
 */
export function idempotencyKey(path: string, tryNumber: number): string {
  const name = tryNumber === 0 ? path : `${path}/t${tryNumber}`;
  return v4({ random: v5(name, NAMESPACE, new Uint8Array(16)) });
}
