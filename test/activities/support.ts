import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { LayersDeps } from '../../src/activities/caller';
import { TemporalClock } from '../../src/activities/clock';
import { Pulse } from '../../src/activities/pulse';
import { createReads } from '../../src/activities/reads';
import { createStarts } from '../../src/activities/starts';
import { createWrites } from '../../src/activities/writes';
import type { Caller, Listed, Wait } from '../../src/contract/activities';
import type { FailureDetails } from '../../src/contract/failures';
import { mockedClient, rejection } from '../layers/support';

export const as: Caller = { organizationId: 'org_1', mode: 'sandbox', apiKeyId: 'key_1' };
export const key = '4c1a2e92-7b18-4c4b-9b2a-d7a3f8b1c210';

/** The activities over a MockAgent, each run in an activity context of its own. */
export function activities(over: Partial<LayersDeps> = {}) {
  const { client, pool, agent } = mockedClient();
  const deps: LayersDeps = {
    layers: client,
    identity: () => ({ apiKeyId: 'key_1', mode: 'sandbox' }),
    defaultReturnUrl: null,
    pulse: new Pulse(),
    clock: new TemporalClock(),
    ...over,
  };
  return { agent, pool, reads: createReads(deps), writes: createWrites(deps), starts: createStarts(deps) };
}

export const environment = (info: Partial<Info> = {}, now = Date.now()) =>
  // Every refused attempt is logged as a warning; here they are what is tested.
  new MockActivityEnvironment(
    {
      startToCloseTimeoutMs: 30_000,
      scheduledTimestampMs: now,
      currentAttemptScheduledTimestampMs: now,
      ...info,
    },
    { logger: new DefaultLogger('ERROR') },
  );

/** Runs one attempt. */
export const attempt = <A, R>(activity: (args: A) => Promise<R>, args: A, info: Partial<Info> = {}): Promise<R> =>
  environment(info).run(activity, args);

export async function failure<A>(activity: (args: A) => Promise<unknown>, args: A, info: Partial<Info> = {}) {
  const thrown = await rejection(attempt(activity, args, info), ApplicationFailure);
  return { thrown, details: thrown.details?.[0] as FailureDetails };
}

/** A wait that began that long ago. */
export const waiting = (elapsedMs: number, more: Partial<Wait> = {}): Wait => ({
  startedAt: Date.now() - elapsedMs,
  typicalMs: 60_000,
  deadlineMs: 900_000,
  ...more,
});

/** What is in a list of one page. */
export function onlyPage<T>(listed: Listed<T>): T[] {
  if (Array.isArray(listed)) return listed;
  throw new Error(`There is more after ${listed.nextCursor}.`);
}
