import { Hono, type Context } from 'hono';
import type { OnboardingView } from '../../client/view';
import type { Platform } from '../../contract/input';
import { authorizeSocial, type Authorization } from '../../contract/messages';
import { admit, admitPost, Refusal, tooOften, type Deps, type Posted } from '../admit';
import { Recent } from '../bounds';
import { respond, type Page } from '../html/layout';
import { silentPage, unconfirmedPage, whose } from '../html/messages';
import { relative } from '../http/address';
import { newForm, newNonce } from '../http/sealedForm';
import { safeUrl } from '../http/urls';
import { askedOn, platformsAsked } from '../onboardings/accountsAsked';
import { outcomeName, sendUpdate, type UpdateOutcome } from '../onboardings/updates';
import { namesOf } from './accountNames';
import { returnPage, type ConnectDeps } from './comingBack';
import { Consents } from './consents';
import { COOKIE_MS, rememberDeparture, stateIn } from './departure';
import * as pages from './pages';

/** A consent page with less time than this left is not worth opening. */
const WORTH_OPENING_MS = 60_000;
/** How many departures are remembered. */
const MOST = 10_000;

/** `/c/:token`: a customer connects accounts. `/c/return`: where the platform sends the customer back to. */
export function connectRoutes(shared: Deps): Hono {
  const { now } = shared;
  const deps: ConnectDeps = {
    ...shared,
    consents: new Consents(now),
    woken: new Recent({ most: MOST, forMs: COOKIE_MS, now }),
  };
  return new Hono()
    .get('/c/return', async (context) => respond(context, await returnPage(context, deps)))
    .get('/c/:token', async (context) => {
      const admitted = admit(context, deps, ['connect']);
      if (admitted instanceof Refusal) return admitted.response;
      return respond(context, startPage(deps, admitted.token, await deps.look(admitted.link)));
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
  if (status !== null && social?.state === 'done') return pages.connectedPage(status, namesOf(deps, status));
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

/** A pressed button: the customer's browser is sent to a consent page, a fresh one of Layers where none is still good. */
async function depart(context: Context, deps: ConnectDeps, posted: Posted): Promise<Response> {
  const { token, link, fields } = posted;
  const { workflowId } = link;
  const platform: Platform = fields['platform'] === 'instagram' ? 'instagram' : 'tiktok';
  const view = await deps.look(link);
  const { status } = view;
  // Nothing to ask for: the page says why. Where no worker answers, the update finds out.
  if (view.execution !== 'running' || (status !== null && !platformsAsked(status).includes(platform)))
    return context.redirect(relative(context, `/c/${token}`), 303);
  const asked = (status && askedOn(status, platform)) ?? { connected: 0, failures: 0 };
  const { connected, failures } = asked;

  const given = deps.consents.stillGood({ token, platform }, asked);
  if (given !== null) return leave(given);
  const refused = tooOften(context, deps, deps.departures, token);
  if (refused !== null) return refused;
  const outcome = await authorize(deps, posted, platform);
  deps.look.renew(workflowId);
  deps.log.info({ workflowId, platform, answer: outcomeName(outcome) }, 'consent');

  if (outcome.kind === 'unknown') {
    const about = whose(view);
    return respond(context, unconfirmedPage(fields, { ...about, sources: pages.consentSources(about.sandbox) }));
  }
  if (outcome.kind === 'ended') return respond(context, pages.notNeededPage(whose(view)));
  if (outcome.kind === 'refused') {
    if (outcome.type === 'TooEarly' || outcome.type === 'ActionNotAllowed')
      return context.redirect(relative(context, `/c/${token}`), 303);
    return respond(context, pages.noConsentPage(whose(view), platform, outcome.type));
  }
  deps.consents.remember({ token, platform }, { authorization: outcome.value, connected, failures });
  return leave(outcome.value);

  async function leave({ authorizeUrl }: Authorization): Promise<Response> {
    const url = safeUrl(authorizeUrl);
    if (url === null) return respond(context, pages.noConsentPage(whose(view), platform, 'UnexpectedResponse'));
    const state = stateIn(url);
    const departure = {
      token,
      platform,
      at: deps.now(),
      connected,
      failures,
      ...(state === undefined ? {} : { state }),
    };
    rememberDeparture(context, deps.secrets[0], deps.publicUrl, departure);
    return context.redirect(url, 303);
  }
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
