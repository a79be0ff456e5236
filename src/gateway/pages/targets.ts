import { html } from 'hono/html';
import type { ScheduleTarget } from '../../contract/input';
import type { AccountStatus, OnboardingStatus, ReviewStatus } from '../../contract/status';
import { platformsAsked } from '../asked';
import type { Html } from './layout';
import { lines } from './parts';
import { handle, listed, platformName } from './words';

/** Where the post goes, and what is posted there beside what all accounts get. */
export function accounts(status: OnboardingStatus, { targets, accounts: known, scheduledFor }: ReviewStatus): Html {
  if (targets.length > 0)
    return html`${targets.map(
      (target, index) =>
        html`${index === 0 ? '' : html`<br />`}${whereTo(
          target,
          known.find(({ socialAccountId }) => socialAccountId === target.socialAccountId),
        )}`,
    )}`;
  const asked = platformsAsked(status).map(platformName);
  if (asked.length > 0) return html`${listed(asked)}, as soon as the account is connected`;
  return html`${scheduledFor === null ? 'No account yet' : 'The account is not known yet'}`;
}

const whereTo = (target: ScheduleTarget, account: AccountStatus | undefined): Html =>
  html`${nameOf(target, account)}${target.mode === 'draft' ? ' (as a draft)' : ''}${own('caption', target.captionOverride)}${own('first comment', target.firstCommentOverride)}`;

/** Nothing is made up of an account whose name or platform nobody has asked Layers for. */
function nameOf({ socialAccountId }: ScheduleTarget, account: AccountStatus | undefined): string {
  if (account === undefined) return `Account ${socialAccountId}, whose platform and name are not known`;
  const platform = platformName(account.platform);
  return account.handle
    ? `${platform} · ${handle(account.handle)}`
    : `${platform} · account ${account.socialAccountId}, whose name is not known`;
}

const own = (what: string, text: string | undefined): Html | string =>
  text ? html`<br /><span class="soft small">with its own ${what}: ${lines(text)}</span>` : '';
