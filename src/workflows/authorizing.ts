import { currentUpdateInfo } from '@temporalio/workflow';
import { refusal } from '../contract/failures';
import type { AuthorizeSocialArgs, Authorization } from '../contract/messages';
import { PRIORITY } from '../contract/queues';
import type { AccountNeed, Run } from './run';

/** The account that a consent is asked for. Refuses where nobody waits for one. */
export function neededAccount(run: Run, { platform }: AuthorizeSocialArgs): AccountNeed {
  const open = run.needs.filter(({ socialAccountId }) => socialAccountId === null);
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

/**
 * Mints a fresh consent URL, keyed by the update's id, so that asking twice with the same id gives the same URL. The
 * step `social` watches the consent until it expires.
 */
export async function authorize(run: Run, args: AuthorizeSocialArgs): Promise<Authorization> {
  const need = neededAccount(run, args);
  const { platform, returnUrl, reconnect } = need;
  const { projectId } = run;
  const key = run.key(run.path({ step: 'social', item: `${platform}/${currentUpdateInfo()?.id ?? ''}` }));
  const minted =
    reconnect === null
      ? await run.api.write(
          'createOauthUrl',
          { key, projectId, platform, returnUrl },
          { summary: `Get a consent page of ${platform}`, priority: PRIORITY.wait },
        )
      : await run.api.write(
          'createReauthUrl',
          { key, projectId, socialAccountId: reconnect, returnUrl },
          { summary: `Get a new consent page of ${platform}`, priority: PRIORITY.wait },
        );
  const { authorizeUrl, state, expiresAt } = minted;
  run.consents.push({ need, state, expiresAt });
  return { platform, authorizeUrl, expiresAt };
}
