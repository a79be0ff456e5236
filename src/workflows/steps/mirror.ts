import type { ContentRecord } from '../../contract/activities';
import { stepFailure } from '../../contract/failures';
import { PRIORITY } from '../../contract/queues';
import { detailsOf } from '../failures';
import { once } from '../once';
import type { Run, Verdict } from '../run';

/** Layers has a gate of its own: where it waits for an approval, it is told what was decided here. */
export async function mirror(run: Run, container: ContentRecord, { decision: made, comment }: Verdict): Promise<void> {
  if (container.approvalStatus !== 'pending') return;
  if (made === 'approve') await approveAtLayers(run, container.containerId);
  else await rejectAtLayers(run, container.containerId, comment ?? `Not approved: ${made}.`);
}

/** Approves at Layers. Returns the posts that a schedule, stashed until then, has become, or that it could not become any. */
export async function approveAtLayers(run: Run, containerId: string): Promise<{ promoted: string[]; failed: boolean }> {
  try {
    const answer = await once(run, {
      intent: { step: 'review', item: `approve:${containerId}` },
      send: (key) =>
        run.api.write(
          'approveContent',
          { key, containerId },
          { summary: 'Approve the content at Layers', priority: PRIORITY.publish },
        ),
      look: () => Promise.resolve(null),
    });
    if (answer.promotionFailed !== null)
      run.progress.note(`Layers could not schedule the approved content: ${answer.promotionFailed}.`);
    return { promoted: answer.promoted, failed: answer.promotionFailed !== null };
  } catch (error) {
    await compare(run, error, containerId, 'approved');
    return { promoted: [], failed: false };
  }
}

async function rejectAtLayers(run: Run, containerId: string, reason: string): Promise<void> {
  try {
    await once(run, {
      intent: { step: 'review', item: `reject:${containerId}` },
      send: (key) =>
        run.api.write(
          'rejectContent',
          { key, containerId, reason },
          { summary: 'Reject the content at Layers', priority: PRIORITY.publish },
        ),
      look: () => Promise.resolve(null),
    });
  } catch (error) {
    await compare(run, error, containerId, 'rejected');
  }
}

/** A conflict says that somebody decided at Layers already: fine where it is the same decision. */
async function compare(run: Run, error: unknown, containerId: string, wanted: 'approved' | 'rejected'): Promise<void> {
  if (detailsOf(error)?.code !== 'CONFLICT') throw error;
  const { approvalStatus } = await run.api.read(
    'getContent',
    { containerId },
    { summary: 'What was decided at Layers?', priority: PRIORITY.publish },
  );
  if (approvalStatus === wanted || approvalStatus === 'not_required') return;
  if (approvalStatus === 'rejected')
    throw stepFailure(
      'CONTENT_REJECTED',
      `Content ${containerId} was rejected at Layers, though it was approved here.`,
    );
  if (wanted === 'rejected')
    return run.progress.note(`Content ${containerId} is ${approvalStatus} at Layers, though it was rejected here.`);
  throw error;
}
