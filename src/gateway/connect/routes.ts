import { Hono, type Context } from 'hono';
import { calling, SERVER_MS } from '../../client/errors';
import type { OnboardingView } from '../../client/view';
import type { Platform } from '../../contract/input';
import { authorizeSocial, CUSTOMER_RETURNED, layersEvent, type Authorization } from '../../contract/messages';
import { verifyLink } from '../../links';
import { admit, admitPost, Refusal, type Deps, type Posted } from '../admit';
import { respond, type Page } from '../html/layout';
import { silentPage, unconfirmedPage, whose } from '../html/messages';
import { newForm, newNonce } from '../http/sealedForm';
import { safeUrl } from '../http/urls';
import { askedOn } from '../onboardings/accountsAsked';
import { outcomeName, sendUpdate, type UpdateOutcome } from '../onboardings/updates';
import {
  CONSENT_MS,
  denialIn,
  departureOf,
  failureSince,
  isConnected,
  rememberDeparture,
  type Departure,
} from './departure';
import * as pages from './pages';

/** A consent page with less time than this left is not worth opening. */
const WORTH_OPENING_MS = 60_000;

/** `/c/:token`: a customer connects accounts. `/c/return`: where the platform sends the customer back to. */
export function connectRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/c/return', async (context) => respond(context, await returnPage(context, deps)))
    .get('/c/:token', async (context) => {
      const admitted = admit(context, deps, ['connect']);
      if (admitted instanceof Refusal) return admitted.response;
      return respond(context, startPage(deps, admitted.token, await deps.look(admitted.link.workflowId)));
    })
    .post('/c/:token', async (context) => {
      const posted = await admitPost(context, deps, ['connect']);
      return posted instanceof Refusal ? posted.response : depart(context, deps, posted);
    });
}

/** What the customer can do, by where the step `social` stands. */
function startPage(deps: Deps, token: string, view: OnboardingView): Page {
  const { status, execution } = view;
  const social = status?.steps.find(({ step }) => step === 'social');
  if (status !== null && social?.state === 'done') return pages.connectedPage(status);
  if (execution !== 'running') return pages.notNeededPage(whose(view));
  if (status === null) return silentPage(view);
  switch (social?.state) {
    case 'waiting':
      return pages.connectPage(status, newForm(deps.secrets[0], token, view.runId));
    case 'blocked':
      return pages.heldUpPage(status);
    case 'pending':
    case 'running':
      return pages.notYetPage(status);
    default:
      return pages.notNeededPage(whose(view));
  }
}

/** A pressed button: the onboarding gets a fresh consent page from Layers, and the customer's browser is sent there. */
async function depart(context: Context, deps: Deps, posted: Posted): Promise<Response> {
  const { token, link, fields } = posted;
  const { workflowId } = link;
  const platform: Platform = fields['platform'] === 'instagram' ? 'instagram' : 'tiktok';
  const view = await deps.look(workflowId);
  const outcome = await authorize(deps, posted, platform);
  deps.look.renew(workflowId);
  deps.log.info({ workflowId, platform, answer: outcomeName(outcome) }, 'consent');

  if (outcome.kind === 'unknown') {
    const about = whose(view);
    return respond(context, unconfirmedPage(fields, { ...about, sources: pages.consentSources(about.sandbox) }));
  }
  if (outcome.kind === 'ended') return respond(context, pages.notNeededPage(whose(view)));
  if (outcome.kind === 'refused') {
    if (outcome.type === 'TooEarly' || outcome.type === 'ActionNotAllowed') return context.redirect(token, 303);
    return respond(context, pages.noConsentPage(whose(view), platform, outcome.type));
  }
  const url = safeUrl(outcome.value.authorizeUrl);
  if (url === null) return respond(context, pages.noConsentPage(whose(view), platform, 'UnexpectedResponse'));
  const { connected, failures } = (view.status && askedOn(view.status, platform)) ?? { connected: 0, failures: 0 };
  const departure = { token, platform, at: deps.now(), connected, failures };
  rememberDeparture(context, deps.secrets[0], deps.publicUrl, departure);
  return context.redirect(url, 303);
}

/** The same form gives the same consent page, unless that one is (almost) dead by now. */
async function authorize(
  deps: Deps,
  { link, form }: Posted,
  platform: Platform,
): Promise<UpdateOutcome<Authorization>> {
  const to = { workflowId: link.workflowId, runId: form.runId, timeoutMs: deps.updateTimeoutMs };
  const ask = (nonce: string) =>
    sendUpdate(deps.client, to, authorizeSocial, { platform }, `authorize-${platform}-${nonce}`);
  const outcome = await ask(form.nonce);
  const dead = outcome.kind === 'taken' && Date.parse(outcome.value.expiresAt) < deps.now() + WORTH_OPENING_MS;
  return dead ? ask(newNonce()) : outcome;
}

/**
 * The page says what the onboarding knows; the address that the platform redirected to only makes it say "denied"
 * sooner. A customer who comes back for the first time wakes the onboarding, which then reads how the consent ended.
 */
async function returnPage(context: Context, deps: Deps): Promise<Page> {
  const now = deps.now();
  const departure = departureOf(context, deps.secrets, now);
  if (departure === null) return pages.strangerPage();
  const { token, platform, at, back } = departure;
  const verified = verifyLink(deps.secrets, token, now);
  if (verified.state !== 'valid') return pages.strangerPage();

  const view = await deps.look(verified.link.workflowId);
  const { status } = view;
  const social = status?.steps.find(({ step }) => step === 'social')?.state;
  if (status !== null && social === 'done') return pages.connectedPage(status, platform);
  const over = view.execution !== 'running' || social === 'skipped' || social === 'failed';
  if (over) return pages.notNeededPage(whose(view));
  if (status !== null && isConnected(status, departure)) return pages.nextPage(status, platform, token);
  if (back === undefined) {
    await wake(deps, view, departure);
    rememberDeparture(context, deps.secrets[0], deps.publicUrl, { ...departure, back: true });
  }
  if (status === null) return silentPage(view);
  if (social === 'blocked') return pages.heldUpPage(status);

  const failure = failureSince(status, departure);
  if (failure !== null || denialIn(context)) return pages.failedPage(status, platform, failure, token);
  return now > at + CONSENT_MS
    ? pages.unheardPage(status, platform, token)
    : pages.waitingPage(status, platform, token);
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
