import type { Client } from '@temporalio/client';
import { calling, grpcError, OnboardingEndedError, OnboardingNotFoundError } from '../../client/errors';
import { handleOf } from '../../client/find';
import { viewOnboarding, type OnboardingView } from '../../client/view';
import * as definitions from '../../contract/messages';
import type { OnboardingStatus } from '../../contract/status';
import { onboardingOf, type Link } from '../../links';
import { legible, legibleStatus } from './legible';

/** Time for a worker to rebuild a finished onboarding from its history; where it takes longer, the page shows less. */
const REBUILD_MS = 3_000;
const GRPC_INVALID_ARGUMENT = 3;
/** How many onboardings are remembered: of one that has not changed since, no worker has to be asked for the status. */
const REMEMBERED = 500;

/** The link was made for an onboarding that somebody has started anew since, under the same workflow id. */
export class EarlierOnboardingError extends Error {
  override readonly name = 'EarlierOnboardingError';
}

export interface Look {
  /**
   * The onboarding of a link as it is now. Mail scanners and reloads may call it as often as they like.
   *
   * @throws `EarlierOnboardingError`, `OnboardingNotFoundError`, and what `calling` throws where Temporal cannot be used
   */
  (link: Pick<Link, 'workflowId' | 'onboarding'>): Promise<OnboardingView>;
  /** Called after an update: the next look does not share one that began before it. */
  renew(workflowId: string): void;
}

/**
 * Looks at onboardings. Every look asks the server how long the history is; a remembered status is shown only while
 * that has not grown. Requests that look at the same onboarding at the same time share one look.
 */
export function createLook(client: Client): Look {
  const known = new Map<string, OnboardingView>();
  const underWay = new Map<string, Promise<OnboardingView>>();

  const lookOnce = async (workflowId: string): Promise<OnboardingView> => {
    const before = known.get(workflowId);
    const seen = await viewOnboarding(client, handleOf(client, workflowId), before).catch(asNotFound);
    const view = await withReview(client, legible(seen), before);
    known.delete(workflowId);
    if (view.status !== null) known.set(workflowId, view);
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return view;
  };

  const lookTogether = (workflowId: string): Promise<OnboardingView> => {
    const running = underWay.get(workflowId);
    if (running !== undefined) return running;
    const started = lookOnce(workflowId).finally(() => {
      if (underWay.get(workflowId) === started) underWay.delete(workflowId);
    });
    underWay.set(workflowId, started);
    return started;
  };

  const look = async ({ workflowId, onboarding }: Pick<Link, 'workflowId' | 'onboarding'>): Promise<OnboardingView> => {
    const view = await lookTogether(workflowId);
    if (onboardingOf(view.firstRunId) !== onboarding) throw new EarlierOnboardingError('another onboarding');
    return view;
  };
  return Object.assign(look, { renew: (workflowId: string) => void underWay.delete(workflowId) });
}

/** The server refuses some texts as ids, and takes blanks off others: whatever the link says, there is no such onboarding. */
function asNotFound(error: unknown): never {
  const isRefused = grpcError(error)?.code === GRPC_INVALID_ARGUMENT || error instanceof OnboardingEndedError;
  throw isRefused ? new OnboardingNotFoundError('of a link') : error;
}

/** The result of a finished onboarding says who decided, but not what was shown: a worker is asked for that. */
async function withReview(
  client: Client,
  view: OnboardingView,
  before: OnboardingView | undefined,
): Promise<OnboardingView> {
  if (view.execution !== 'completed' || view.status === null || view.status.review !== null) return view;
  const remembered = before?.runId === view.runId && before.execution === 'completed' ? before.status : null;
  const known = remembered?.review ? remembered : await rebuilt(client, view);
  return known === null
    ? view
    : { ...view, status: { ...view.status, review: known.review, customer: known.customer } };
}

async function rebuilt(client: Client, { workflowId, runId }: OnboardingView): Promise<OnboardingStatus | null> {
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    return legibleStatus(await calling(client, REBUILD_MS, () => handle.query(definitions.status)));
  } catch {
    return null;
  }
}
