import { currentUpdateInfo, isCancellation } from '@temporalio/workflow';
import type { Writes } from '../contract/activities';
import { blockingFailure, refusal } from '../contract/failures';
import { CONSENT_EVENTS, type AuthorizeSocialArgs, type Authorization } from '../contract/messages';
import { PRIORITY } from '../contract/queues';
import { consentRef } from '../contract/searchAttributes';
import { detailsOf } from './failures';
import { sameNeed, type AccountNeed, type Run } from './run';

/** The account that a consent is asked for. Refuses where nobody waits for one. */
export function neededAccount(run: Run, { platform }: AuthorizeSocialArgs): AccountNeed {
  const open = run.needs.filter(({ account }) => account === null);
  const need = platform === undefined ? open[0] : open.find((candidate) => candidate.platform === platform);
  if (need !== undefined) return need;
  const state = run.progress.state('social');
  const waiting = open.map((candidate) => candidate.platform);
  if (state === 'pending' || state === 'running')
    throw refusal('TooEarly', 'The project is not ready to connect an account yet. Try again in a moment.');
  throw refusal(
    'ActionNotAllowed',
    `No ${platform ?? ''} account is waited for; the step social is ${state}.`.replace('  ', ' '),
    { waiting },
  );
}

/** Somebody waits for the page meanwhile, and the end of the onboarding for the answer. */
const WITHIN_MS = 60_000;

/**
 * Mints a fresh consent URL, keyed by the update's id, so that asking twice with the same id gives the same URL. The
 * step `social` watches the consent until it expires. What Layers refuses is told to whoever asked, by its code.
 */
export async function authorize(run: Run, args: AuthorizeSocialArgs): Promise<Authorization> {
  const need = neededAccount(run, args);
  try {
    const { authorizeUrl, state, expiresAt } = await run.scope.run(() => mint(run, need));
    // What was told before was about somebody else: the event names no project, so all who wait hear of every account.
    if (run.consents.length === 0) run.events.ofType(...CONSENT_EVENTS).take();
    // Meanwhile the step may have blocked, and been retried: the consent is watched all the same.
    run.consents.push({ need: sameNeed(run.needs, need) ?? need, state, expiresAt });
    run.progress.refer(consentRef(need.platform));
    run.progress.publish();
    return { platform: need.platform, authorizeUrl, expiresAt };
  } catch (error) {
    const details = isCancellation(error) ? null : detailsOf(error);
    throw details === null ? error : blockingFailure(details);
  }
}

function mint(run: Run, { platform, returnUrl, reconnect }: AccountNeed): ReturnType<Writes['createOauthUrl']> {
  const { projectId, api } = run;
  const key = run.key(run.path({ step: 'social', item: `${platform}/${currentUpdateInfo()?.id ?? ''}` }));
  const options = { summary: `Get a consent page of ${platform}`, priority: PRIORITY.wait, within: WITHIN_MS };
  return reconnect === null
    ? api.write('createOauthUrl', { key, projectId, platform, returnUrl }, options)
    : api.write('createReauthUrl', { key, projectId, socialAccountId: reconnect, returnUrl }, options);
}
