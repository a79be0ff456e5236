import type { OnboardingView } from '../../client/view';
import { mayAskForChanges } from '../../contract/status';
import { resolveTime } from '../../input';
import type { Link } from '../../links';
import { newNonce, sealForm, type Fields } from '../http/sealedForm';
import type { Deps } from '../admit';
import { comingPage } from '../html/coming';
import { approvePage, changesPage, rejectPage, timePage, type DecidePage } from './pages/decide';
import { decidedPage } from './pages/decided';
import { endedPage } from '../html/ended';
import type { Filled } from '../html/fields';
import type { Html, Page } from '../html/layout';
import { notice, silentPage } from '../html/messages';
import { replacedPage, reviewPage } from './pages/review';
import { timePassed } from './timePassed';
import type { Situation } from './situation';

/** The page of a situation, with something said above it where there is something to say. */
export function situationPage(deps: Deps, link: Link, view: OnboardingView, situation: Situation, said?: Html): Page {
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

/** The second step: a form that says exactly what its button does. Every one has a nonce of its own. */
export function formPage(
  deps: Deps,
  token: string,
  view: OnboardingView,
  { status, review }: Extract<Situation, { kind: 'open' }>,
  fields: Fields,
  filled: Filled,
  said?: Html,
): Page {
  const now = deps.now();
  const form = sealForm(deps.secrets[0], token, { runId: view.runId, nonce: newNonce() });
  const asked: DecidePage = { status, review, form, filled, now, ...optional(deps), ...(said ? { notice: said } : {}) };
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
          ? timePage({ ...asked, notice: said ?? notice('The planned time has passed.', 'Please choose another one.') })
          : approvePage(asked, null);
      const chosen = timeChosen(at, review.timezone, now);
      if ('at' in chosen) return approvePage(asked, { iso: chosen.at, typed: at });
      return timePage({ ...asked, filled: { values: { at }, problems: { at: chosen.problem } } });
    }
  }
  return reviewPage({ status, review, now, mayDecide: true, ...optional(deps), ...(said ? { notice: said } : {}) });
}

/** The time that a reviewer typed, or what is wrong with it; clock changes are explained well enough by `resolveTime`. */
function timeChosen(at: string, timezone: string, now: number): ReturnType<typeof resolveTime> {
  const resolved = resolveTime(at, timezone, now, { pastAllowed: true });
  if ('problem' in resolved) return { problem: `Please choose another time: ${resolved.problem}.` };
  return timePassed(resolved.at, now)
    ? { problem: 'That time has passed, or is less than five minutes ahead. Please choose a later one.' }
    : resolved;
}

const optional = ({ assetHosts }: Deps): { assetHosts?: readonly string[] } =>
  assetHosts === undefined ? {} : { assetHosts };
