import { randomUUID } from 'node:crypto';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { API_KEY_CHANGED, STORED_ERROR, type ApiKeyChangedDetails, type Caller } from '../contract/activities';
import { stepFailure } from '../contract/failures';
import type { Bucket } from '../contract/queues';
import type { Mode } from '../contract/steps';
import type { Answer, LayersClient, LayersRequest } from '../layers/client';
import { describe, LayersError } from '../layers/errors';
import { toActivityFailure } from './asActivityFailure';
import { layersIsBehindMs, onTemporalClock, type TemporalClock } from './clock';
import { Pauses, stayAway, tooEarly } from './early';
import { keep, kept, nothingDoneYet, oneMoreHarmless, timesMet, withHeartbeats, type Kept } from './heartbeat';
import { staleAfterFreeze, type Pulse } from './pulse';

export interface LayersDeps {
  layers: LayersClient;
  /** Whose key the worker holds now, as whoami said at its start. */
  identity: () => { apiKeyId: string; mode: Mode };
  /** Where a customer returns to after connecting an account: the gateway's `/c/return`, if it is public. */
  defaultReturnUrl: string | null;
  /** Tells whether this process was frozen a moment ago. */
  pulse: Pulse;
  clock: TemporalClock;
}

export type Call<T> = Omit<LayersRequest<T>, 'bucket' | 'organizationId' | 'signal'> & {
  as: Caller;
  /** A replay under another API key would create a second one. */
  creates?: boolean;
};

/** Our time-out comes this much before Temporal's own, because only ours says what happened. */
const MARGIN = { part: 0.1, atMostMs: 1_000 };

/**
 * One request on behalf of an onboarding: refused before it is sent where the worker's key is not the right one, alive
 * through heartbeats, and with its errors as Temporal needs them. Only a read is stopped by a cancellation: what a
 * write did must be known.
 *
 * @returns the answer, with its times (`createdAt`, `expiresAt`) by Temporal's clock
 */
export function createCaller({ layers, identity, pulse, clock }: LayersDeps, bucket: Bucket) {
  const pauses = new Pauses();
  return async <T>({ as, creates = false, ...request }: Call<T>): Promise<Answer<T>> => {
    const { method, path, query } = request;
    const repeated = method === 'GET' ? JSON.stringify([path, query]) : null;
    const { apiKeyId, mode } = identity();
    if (mode !== as.mode) throw wrongKeyMode(mode, as.mode);
    if (creates && apiKeyId !== as.apiKeyId) throw apiKeyChanged(apiKeyId);
    const stale = staleAfterFreeze(pulse);
    if (stale !== null) throw stale;
    const early = tooEarly(repeated === null ? undefined : pauses.of(repeated));
    if (early !== null) {
      keep({ away: early.away, ...(repeated === null ? oneMoreHarmless() : {}) });
      throw early.failure;
    }

    const signal = bucket === 'reads' ? cancellationSignal() : undefined;
    const timeoutMs = withinAttempt(request.timeoutMs ?? layers.timeoutMs);
    const sentAt = clock.now();
    try {
      const { value, answeredAt } = await withHeartbeats(() =>
        layers.ask({
          ...request,
          ...(kept().isKeySpent ? { idempotencyKey: randomUUID() } : {}),
          bucket,
          organizationId: as.organizationId,
          signal,
          timeoutMs,
        }),
      );
      const behindMs = layersIsBehindMs(answeredAt, { sentAt, now: Math.max(clock.now(), Date.now()) });
      if (answeredAt !== null) clock.layersIsBehind(behindMs);
      return {
        value: onTemporalClock(value, behindMs),
        answeredAt: answeredAt === null ? null : answeredAt + behindMs,
      };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!(error instanceof LayersError)) throw error;
      const left = { ...leftForNext(error), ...(repeated === null ? harmlessness(error) : {}) };
      if (request.idempotencyKey !== undefined) {
        if (isStored(error) && creates) throw storedError(error);
        Object.assign(left, underKey(error));
      }
      if (left.away !== undefined && repeated !== null) pauses.add(repeated, left.away);
      if (Object.keys(left).length > 0) keep(left);
      throw toActivityFailure(error, timesMet(error.classification.details.code) + 1, !nothingDoneYet());
    }
  };
}

/** What Layers asked for; a pause between a few tries is our own, and does no harm when it is cut short. */
function leftForNext({ classification: { details, tries, retryAfterMs } }: LayersError): Kept {
  const { code } = details;
  if (tries === undefined) return retryAfterMs === undefined ? {} : { away: stayAway(code, retryAfterMs) };
  const times = timesMet(code) + 1;
  return times < tries ? { met: { ...kept().met, [code]: times } } : {};
}

/** A write that was refused has certainly changed nothing, and Layers has not even read what it limited. */
const harmlessness = ({ classification: { details } }: LayersError): Kept =>
  details.definite || details.code === 'RATE_LIMITED' ? oneMoreHarmless() : {};

/**
 * The very answer that came before: whether errors are stored under a key is not documented (layers/API.md 21.1), but one and
 * the same request id tells. A conflict of keys is about another request, so its id says nothing.
 */
const isStored = ({ classification: { details, retry } }: LayersError): boolean =>
  retry === 'temporal' &&
  details.code !== 'IDEMPOTENCY_CONFLICT' &&
  details.requestId !== null &&
  details.requestId === kept().refusedBy;

/** What the next attempt has to know of it. Where nothing is created, it may as well be done anew, under another key. */
function underKey(error: LayersError): Kept {
  const { requestId } = error.classification.details;
  if (requestId === null) return {};
  return { refusedBy: requestId, ...(isStored(error) ? { isKeySpent: true } : {}) };
}

function storedError({ classification: { details, retryAfterMs } }: LayersError): ApplicationFailure {
  return ApplicationFailure.create({
    type: STORED_ERROR,
    message: describe(details),
    nonRetryable: true,
    details: [{ ...details, definite: false, ...(retryAfterMs === undefined ? {} : { stayAwayMs: retryAfterMs }) }],
  });
}

function withinAttempt(timeoutMs: number): number {
  const attemptMs = activityInfo().startToCloseTimeoutMs || Infinity;
  return Math.floor(Math.min(timeoutMs, attemptMs - Math.min(attemptMs * MARGIN.part, MARGIN.atMostMs)));
}

const wrongKeyMode = (now: Mode, then: Mode) =>
  stepFailure('WrongKeyMode', `The worker now holds a ${now} key; this onboarding began with a ${then} key.`, {
    now,
    then,
  });

const apiKeyChanged = (apiKeyId: string) =>
  ApplicationFailure.create({
    type: API_KEY_CHANGED,
    message: `The worker now holds another API key (${apiKeyId}), under which no idempotency key of this onboarding is known.`,
    nonRetryable: true,
    details: [{ apiKeyId } satisfies ApiKeyChangedDetails],
  });
