import { sameId } from '../../contract/ids';
import { stepFailure } from '../../contract/failures';
import { mayHaveTakenEffect } from '../failures';
import { CLEAN_UP } from './cleanUp';
import type { Effect, Row, Undo } from './declare';
import type { Effects, Services } from './effects';

/** What the start of a job answers; what was found of it again has no `jobId`. */
export interface StartedJob {
  jobId: string | null;
  containerId?: string;
  influencerId?: string;
}

interface Ledger extends Services {
  readonly effects: Pick<Effects<never>, 'key' | 'nextTry' | 'leaveBehind'>;
}

const idOf = ({ containerId, influencerId }: StartedJob): string | undefined => containerId ?? influencerId;

/**
 * A job that no step waits for any more is cancelled. One whose start got no answer, or that was found without its id, is
 * looked for first: under the same key Layers says which job it was, and should that start another one, it is cancelled
 * at once.
 *
 * @param makes what the job makes, for people
 * @param isVisible false where `find` cannot see what a job that still runs is making
 */
export const cancelsJob = <Flow extends Ledger, Args, Made extends StartedJob>(
  makes: string,
  { isVisible = true }: { isVisible?: boolean } = {},
): Undo<Flow, Args, Made> => ({
  what: (row) => describe(row, makes),
  run: (flow, row, effect) =>
    row.made !== null && row.made.jobId !== null
      ? cancelJob(flow, row.made.jobId, makes)
      : cancelUnanswered(flow, row, effect, { makes, isVisible }),
});

function describe({ made, keys }: Row<unknown, StartedJob>, makes: string): string {
  if (made !== null && made.jobId !== null) return `cancel the running job ${made.jobId} (${makes})`;
  const why = keys.length > 1 ? 'it was started before this run' : 'starting it got no answer';
  return `look for the job of the ${makes}, since ${why}`;
}

async function cancelJob({ layers, effects }: Ledger, jobId: string, makes: string): Promise<void> {
  const intent = { step: 'cleanup', item: jobId };
  try {
    await layers.write('cancelJob', { key: effects.key(intent), jobId }, `Cancel the job of the ${makes}`, CLEAN_UP);
  } catch (error) {
    // The refusal may be stored under its key.
    if (!mayHaveTakenEffect(error)) effects.nextTry(intent);
    throw error;
  }
}

async function cancelUnanswered<Flow extends Ledger, Args, Made extends StartedJob>(
  flow: Flow,
  { args, keys, apiKeyId }: Pick<Row<Args, Made>, 'args' | 'keys' | 'apiKeyId'>,
  effect: Effect<Flow, Args, Made>,
  { makes, isVisible }: { makes: string; isVisible: boolean },
): Promise<void> {
  const found = isVisible ? await effect.find(flow, args) : null;
  if (isVisible && found === null) return;
  const what = found === null ? makes : `${makes} ${idOf(found)}`;
  if (apiKeyId !== flow.layers.caller?.apiKeyId)
    throw stepFailure('CLEANUP_FAILED', `Only the API key that started the job of the ${what} can tell which it is.`);
  for (const key of keys) {
    const answer = await effect.send(flow, args, key);
    if (answer.jobId !== null) await cancelJob(flow, answer.jobId, makes);
    if (answer.influencerId !== undefined) flow.effects.leaveBehind(answer.influencerId);
    if (found === null || sameId(idOf(answer), idOf(found))) return;
  }
  throw stepFailure('CLEANUP_FAILED', `Layers does not say which job makes the ${what}.`);
}
