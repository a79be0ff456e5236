import { stepFailure } from '../../contract/failures';
import { PRIORITY } from '../../contract/queues';
import { declare } from '../effects/declare';
import { codeOf } from '../failures';
import type { Flow } from '../flow';

type Decision =
  { decision: 'approve'; containerId: string } | { decision: 'reject'; containerId: string; reason: string };

/** What Layers says of the post that it had kept back until the approval. */
interface Decided {
  /** Posts that it has become. */
  promoted: string[];
  /** Why it could not become any; `null` where it could, or there was none. */
  promotionFailed: string | null;
}

const NOTHING_RELEASED: Decided = { promoted: [], promotionFailed: null };

/** Layers has a gate of its own: where it waits for an approval, it is told what was decided here. */
const decision = declare<Flow, Decision, Decided>({
  name: 'decision at Layers',
  intent: (made) => ({ step: 'review', item: `${made.decision}:${made.containerId}` }),
  async send({ layers }, made, key) {
    const { containerId } = made;
    if (made.decision === 'approve')
      return layers.write('approveContent', { key, containerId }, 'Approve the content at Layers');
    await layers.write('rejectContent', { key, containerId, reason: made.reason }, 'Reject the content at Layers');
    return NOTHING_RELEASED;
  },
  // Said twice, it is said: a second one is answered with a conflict, which is read and compared.
  find: () => Promise.resolve(null),
});

/** Decides at Layers what was decided here. A conflict says that it was decided there already: fine where it is the same. */
export async function decideAtLayers(flow: Flow, made: Decision): Promise<Decided> {
  try {
    const decided = await flow.effects.make(decision, made);
    if (decided.promotionFailed !== null)
      flow.board.note(`Layers could not schedule the approved content: ${decided.promotionFailed}.`);
    return decided;
  } catch (error) {
    if (codeOf(error) !== 'CONFLICT') throw error;
    await compare(flow, made, error);
    return NOTHING_RELEASED;
  }
}

async function compare(
  { board, layers }: Flow,
  { decision: wanted, containerId }: Decision,
  error: unknown,
): Promise<void> {
  const { approvalStatus } = await layers.read('getContent', { containerId }, 'What was decided at Layers?', {
    priority: PRIORITY.publish,
  });
  if (approvalStatus === 'not_required') return;
  if (approvalStatus === (wanted === 'approve' ? 'approved' : 'rejected')) return;
  if (approvalStatus === 'rejected')
    throw stepFailure(
      'CONTENT_REJECTED',
      `Content ${containerId} was rejected at Layers, though it was approved here.`,
    );
  if (wanted === 'approve') throw error;
  board.note(`Content ${containerId} is ${approvalStatus} at Layers, though it was rejected here.`);
}
