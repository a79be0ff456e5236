import { sameId } from '../../contract/ids';
import type { ContentRecord } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import type { Flow } from '../flow';
import { noteFound, type Order } from './draft';
import { contentSinceStart, generation } from './generation';

/**
 * Takes back the jobs that a run before a reset has left. A project that this onboarding created has nothing but what this
 * onboarding made.
 */
export async function takeBackForgotten(flow: Flow, projectId: string): Promise<void> {
  const { cleanUp, board } = flow;
  let all: ContentRecord[] = [];
  await cleanUp.asItem('look for content from before this run', async () => {
    all = await contentSinceStart(flow, projectId);
  });
  noteFound(
    flow,
    all.map(({ containerId }) => containerId),
  );
  const current = board.ids.containerId;
  const running = all.filter(
    ({ containerId, status }) => !sameId(containerId, current) && (status === 'queued' || status === 'processing'),
  );
  await Promise.all(
    running.map((content) =>
      cleanUp.asItem(`cancel the job of ${content.containerId}`, () => cancel(flow, projectId, content, all)),
    ),
  );
}

async function cancel(flow: Flow, projectId: string, content: ContentRecord, all: ContentRecord[]): Promise<void> {
  const { containerId } = content;
  if (!isFirstRound(all)) throw stepFailure('CLEANUP_FAILED', `Nobody knows any more which job makes ${containerId}.`);
  const order: Order = {
    format: 'slideshow-remix',
    projectId,
    tiktokVideoId: content.sourceTiktokId ?? '',
    influencerId: content.influencerId ?? '',
    revision: 0,
  };
  const started = { jobId: null, containerId, sentAt: null };
  const row = flow.effects.ofEarlierRun(generation, order);
  await generation.undo?.run(flow, row, { ...generation, find: () => Promise.resolve(started) });
}

/** Every later round has another source or persona: then the key cannot be told from the content. */
const isFirstRound = (all: ContentRecord[]): boolean =>
  new Set(
    all
      .filter(({ status }) => status !== 'failed' && status !== 'canceled')
      .map(({ sourceTiktokId, influencerId }) => `${sourceTiktokId} ${influencerId}`),
  ).size === 1;
