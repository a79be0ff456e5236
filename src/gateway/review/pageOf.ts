import type { OnboardingView } from '../../client/view';
import { mayAskForChanges } from '../../contract/status';
import type { Link } from '../../links';
import type { Deps } from '../admit';
import { endedPage } from '../html/ended';
import type { Filled } from '../html/fields';
import type { Html, Page } from '../html/layout';
import { notice, silentPage } from '../html/messages';
import { newForm, type Fields } from '../http/sealedForm';
import { timeChosen } from './judge';
import { comingPage } from './pages/coming';
import { approvePage, changesPage, rejectPage, timePage, type DecidePage } from './pages/decide';
import { decidedPage } from './pages/decided';
import { replacedPage, reviewPage } from './pages/review';
import type { Situation } from './situation';
import { timePassed } from './timePassed';

/** The page of a situation, with something said above it where there is something to say. */
export function pageOf(deps: Deps, link: Link, view: OnboardingView, situation: Situation, said?: Html): Page {
  const shared = { now: deps.now(), ...optional(deps), ...(said === undefined ? {} : { notice: said }) };
  switch (situation.kind) {
    case 'silent':
      return silentPage(view);
    case 'coming':
      return comingPage(situation.status, link.revision ?? 0);
    case 'open':
      return reviewPage({ ...situation, ...shared, mayDecide: link.scope === 'decide' });
    case 'decided':
      return decidedPage(view, { ...situation, ...shared });
    case 'replaced':
      return replacedPage({ ...situation, ...shared, mayDecide: false }, link.revision ?? 0, situation.decision);
    case 'ended':
      return endedPage(view, situation, said);
  }
}

/** The second step: a form that says exactly what its button does. */
export function formPage(
  deps: Deps,
  token: string,
  view: OnboardingView,
  { status, review }: Extract<Situation, { kind: 'open' }>,
  fields: Fields,
  filled: Filled,
): Page {
  const now = deps.now();
  const form = newForm(deps.secrets[0], token, view.runId);
  const asked: DecidePage = { status, review, form, filled, now, ...optional(deps) };
  const at = fields['at'] ?? '';
  switch (fields['decision'] ?? '') {
    case 'reject':
      return rejectPage(asked);
    case 'requestChanges':
      if (mayAskForChanges(review)) return changesPage(asked);
      break;
    case 'time':
      if (review.scheduledFor !== null) return timePage(asked);
      break;
    case 'approve': {
      if (at === '' || review.scheduledFor === null)
        return timePassed(review.scheduledFor, now)
          ? timePage({ ...asked, notice: notice('The planned time has passed.', 'Please choose another one.') })
          : approvePage(asked, null);
      const chosen = timeChosen(at, review.timezone, now);
      if ('at' in chosen) return approvePage(asked, { iso: chosen.at, typed: at });
      return timePage({ ...asked, filled: { values: { at }, problems: { at: chosen.problem } } });
    }
  }
  return reviewPage({ status, review, now, mayDecide: true, ...optional(deps) });
}

const optional = ({ assetHosts }: Deps): { assetHosts?: readonly string[] } =>
  assetHosts === undefined ? {} : { assetHosts };
