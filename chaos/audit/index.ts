import type { Evidence } from '../judge/evidence';
import { archivedAsAsked } from './archives';
import { cleanUpComplete } from './cleanUp';
import { noOrphanEffects, oneEffectPerIntent } from './effects';
import { sameKeySameBody } from './keys';
import { noBucketOverItsLimit, noCallBeforeRetryAfter } from './limits';
import { Model, type Violation } from './model';
import { orderKept } from './order';
import { oneOutcomeEach } from './outcomes';
import { postedAsPlanned } from './posts';
import { oneContentPerRound } from './rounds';
import { noSecrets } from './secrets';

export type { Invariant, Violation } from './model';

/** Judges a run by what the outside world saw of it. An empty list means that nothing was done twice and nothing was lost. */
export function audit(evidence: Evidence): Violation[] {
  const model = new Model(evidence);
  return [
    ...oneEffectPerIntent(model),
    ...noOrphanEffects(model),
    ...oneOutcomeEach(model),
    ...sameKeySameBody(model),
    ...noCallBeforeRetryAfter(model),
    ...noBucketOverItsLimit(model),
    ...orderKept(model),
    ...oneContentPerRound(model),
    ...postedAsPlanned(model),
    ...archivedAsAsked(model),
    ...cleanUpComplete(model),
    ...evidence.replayFailures.map(({ workflowId, runId, reason }): Violation => ({
      invariant: 'every history replays',
      customer: null,
      what: `the history of ${workflowId} (${runId}) does not replay`,
      evidence: [reason],
    })),
    ...noSecrets(model),
  ];
}
