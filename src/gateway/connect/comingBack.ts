import type { Context } from 'hono';
import { calling, OnboardingNotFoundError, SERVER_MS } from '../../client/errors';
import type { OnboardingView } from '../../client/view';
import { CUSTOMER_RETURNED, layersEvent } from '../../contract/messages';
import { verifyLink } from '../../links';
import type { Deps } from '../admit';
import { isFirst, type Recent } from '../bounds';
import type { Page } from '../html/layout';
import { silentPage, whose } from '../html/messages';
import { relative } from '../http/address';
import { EarlierOnboardingError } from '../onboardings/look';
import { namesOf } from './accountNames';
import type { Consents } from './consents';
import {
  CONSENT_MS,
  denialIn,
  departuresOf,
  failureSince,
  isConnected,
  rememberDeparture,
  type Departure,
} from './departure';
import * as pages from './pages';

/** What connecting accounts works with. */
export interface ConnectDeps extends Deps {
  consents: Consents;
  /** Departures whose return the onboarding was told of. */
  woken: Recent;
}

/** One departure, with what its onboarding knows by now. */
interface Return {
  departure: Departure;
  view: OnboardingView;
}

/**
 * The page says what the onboarding knows; the address that the platform redirected to only makes it say "denied"
 * sooner. A customer who comes back for the first time wakes the onboarding, which then reads how the consent ended.
 */
export async function returnPage(context: Context, deps: ConnectDeps): Promise<Page> {
  const now = deps.now();
  const returns: Return[] = [];
  let gone: unknown;
  for (const departure of departuresOf(context, deps.secrets, now)) {
    const verified = verifyLink(deps.secrets, departure.token, now);
    if (verified.state !== 'valid') continue;
    try {
      returns.push({ departure, view: await deps.look(verified.link) });
    } catch (error) {
      if (!(error instanceof EarlierOnboardingError || error instanceof OnboardingNotFoundError)) throw error;
      gone = error;
    }
  }
  const [only, ...others] = returns;
  if (only === undefined && gone !== undefined) throw gone as Error;
  if (only === undefined) return pages.strangerPage();
  for (const one of returns) await welcome(context, deps, one);
  if (others.length === 0) return pageOf(context, deps, only);
  // Nothing tells which of them the browser comes from: the page says of each how it stands.
  return pages.severalPage(
    returns.map(({ departure, view }) => ({
      about: whose(view),
      platform: departure.platform,
      isConnected: hasConnected(departure, view),
      back: relative(context, `/c/${departure.token}`),
    })),
  );
}

const hasConnected = (departure: Departure, view: OnboardingView): boolean =>
  socialOf(view) === 'done' || (view.status !== null && isConnected(view.status, departure));

const socialOf = ({ status }: OnboardingView) => status?.steps.find(({ step }) => step === 'social')?.state;

/** The first return from a departure: its consent page is used up, and the onboarding is told to look. */
async function welcome(context: Context, deps: ConnectDeps, { departure, view }: Return): Promise<void> {
  deps.consents.used(departure);
  const { platform, at } = departure;
  const isWaiting = view.execution === 'running' && !['done', 'skipped', 'failed'].includes(socialOf(view) ?? '');
  if (departure.back === true || !isWaiting) return;
  if (view.status !== null && isConnected(view.status, departure)) return;
  // The cookie of before stays good for a while, and may be sent again and again.
  if (isFirst(deps.woken, `${view.workflowId}/${platform}/${at}`)) await wake(deps, view, departure);
  rememberDeparture(context, deps.secrets[0], deps.publicUrl, { ...departure, back: true });
}

function pageOf(context: Context, deps: ConnectDeps, { departure, view }: Return): Page {
  const { token, platform, at } = departure;
  const { status } = view;
  const social = socialOf(view);
  if (status !== null && social === 'done') return pages.connectedPage(status, namesOf(deps, status), platform);
  const over = view.execution !== 'running' || social === 'skipped' || social === 'failed';
  if (over) return pages.notNeededPage(whose(view));
  const back = relative(context, `/c/${token}`);
  if (status !== null && isConnected(status, departure)) return pages.nextPage(status, platform, back);
  if (status === null) return silentPage(view);
  if (social === 'blocked') return pages.heldUpPage(status);

  const failure = failureSince(status, departure);
  if (failure !== null || denialIn(context)) return pages.failedPage(status, platform, failure, back);
  return deps.now() > at + CONSENT_MS
    ? pages.unheardPage(status, platform, back)
    : pages.waitingPage(status, platform, back);
}

/**
 * Tells the onboarding that its customer is back, so that it reads the consent now instead of at its next look. Where
 * that fails, the customer only waits a little longer.
 */
async function wake(
  { client, log }: Deps,
  { workflowId, runId }: OnboardingView,
  { platform, at }: Departure,
): Promise<void> {
  const event = { id: `return-${platform}-${at}`, type: CUSTOMER_RETURNED, data: {} };
  try {
    const handle = client.workflow.getHandle(workflowId, runId);
    await calling(client, SERVER_MS, () => handle.signal(layersEvent, event), workflowId);
  } catch (error) {
    log.warn({ workflowId, cause: (error as Error).message }, 'a returning customer could not be announced');
  }
}
