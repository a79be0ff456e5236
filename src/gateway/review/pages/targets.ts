import { html } from 'hono/html';
import type { ScheduleTarget } from '../../../contract/input';
import type { OnboardingStatus, ReviewStatus } from '../../../contract/status';
import { handle, platformName } from '../../../words';
import type { Html } from '../../html/layout';
import { linesWithin } from '../../html/parts';
import { askedFor, type Asked } from '../../onboardings/accountsAsked';

/** Where the post goes, and what is posted there beside what all accounts get. */
export function accounts(status: OnboardingStatus, review: ReviewStatus): Html {
  const asked = review.targetsNamed ? [] : askedFor(status).filter((one) => one.connected < one.accounts);
  const all = [...review.targets.map((target) => whereTo(target, review, asked)), ...asked.map(comingOn)];
  if (all.length > 0) return html`${all.map((one, index) => html`${index === 0 ? '' : html`<br />`}${one}`)}`;
  return html`${review.scheduledFor === null ? 'No account yet' : 'The account is not known yet'}`;
}

/** What is still to be connected on a platform; what is connected is a target already. */
function comingOn({ platform, accounts: wanted, connected }: Asked): string {
  const [name, open] = [platformName(platform), wanted - connected];
  return open === 1
    ? `${name}, as soon as its account is connected`
    : `${open} ${name} accounts, as soon as they are connected`;
}

const whereTo = (target: ScheduleTarget, review: ReviewStatus, asked: readonly Asked[]): Html =>
  html`${nameOf(target, review, asked)}${target.mode === 'draft' ? ' (as a draft)' : ''}${own('caption', target.captionOverride)}${own('first comment', target.firstCommentOverride)}`;

/** An account as the reviewer knows it; of one that the workflow has not looked up at Layers it says so. */
function nameOf(
  { socialAccountId }: ScheduleTarget,
  { accounts: known }: ReviewStatus,
  asked: readonly Asked[],
): string {
  const account = known.find((one) => one.socialAccountId === socialAccountId);
  if (account === undefined) return `Account ${socialAccountId}, whose platform and name are not known`;
  const platform = platformName(account.platform);
  if (account.handle) return `${platform} · ${handle(account.handle)}`;
  // An id tells a reviewer nothing, unless there are several to be told apart.
  const alone =
    known.filter((one) => one.platform === account.platform).length === 1 &&
    asked.every((one) => one.platform !== account.platform);
  return alone
    ? `${platform}, the account that the customer connected`
    : `${platform} · account ${socialAccountId}, whose name is not known`;
}

const own = (what: string, text: string | undefined): Html | string =>
  text ? html`<br /><span class="soft small">with its own ${what}: ${linesWithin(text)}</span>` : '';
