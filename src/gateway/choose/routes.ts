import type { Context } from 'hono';
import { html } from 'hono/html';
import type { OnboardingView } from '../../client/view';
import { chooseSource } from '../../contract/messages';
import { tooOften, type Admitted, type Deps, type Posted } from '../admit';
import { endedPage } from '../html/ended';
import { EMPTY, type Filled } from '../html/fields';
import { respond, type Html, type Page } from '../html/layout';
import { notice, silentPage, unconfirmedPage, whose } from '../html/messages';
import { relative } from '../http/address';
import { newForm } from '../http/sealedForm';
import { isStopping } from '../onboardings/stopping';
import { outcomeName, sendUpdate, type UpdateOutcome } from '../onboardings/updates';
import { choiceFrom } from './choiceForm';
import { chosenPage, choosePage } from './pages';

/** The candidates for the source while a person is asked to choose, else what has become of the choice. */
export async function showChoice(context: Context, deps: Deps, admitted: Admitted): Promise<Response> {
  return respond(context, pageFor(deps, admitted, await deps.look(admitted.link)));
}

/** A posted choice: one update, whose id is the form, so that a second press is the same choice. */
export async function choose(context: Context, deps: Deps, posted: Posted): Promise<Response> {
  const { link, token, fields, form } = posted;
  const { workflowId } = link;
  const parsed = choiceFrom(fields);
  if ('problems' in parsed) {
    const filled = { values: fields, problems: parsed.problems };
    return respond(context, pageFor(deps, posted, await deps.look(link), { filled }));
  }
  const { choices } = (await deps.look(link)).status ?? { choices: null };
  if (choices !== null && !choices.some(({ tiktokVideoId }) => tiktokVideoId === parsed.args.tiktokVideoId))
    return notTaken({ kind: 'refused', type: 'UnknownCandidate', message: '', details: null });
  const refused = tooOften(context, deps, deps.answers, token);
  if (refused !== null) return refused;
  const to = { workflowId, runId: form.runId, timeoutMs: deps.updateTimeoutMs };
  const outcome = await sendUpdate(deps.client, to, chooseSource, parsed.args, `choose-${form.nonce}`);
  deps.look.renew(workflowId);
  deps.log.info({ workflowId, answer: outcomeName(outcome) }, 'choice');
  if (outcome.kind === 'taken') return context.redirect(relative(context, `/r/${token}`), 303);
  if (outcome.kind === 'unknown') return respond(context, unconfirmedPage(fields));
  return notTaken(outcome);

  async function notTaken(refusal: UpdateOutcome<void>): Promise<Response> {
    const view = await deps.look(link);
    const why =
      outcomeName(refusal) === 'UnknownCandidate'
        ? 'That slideshow is no longer among the suggestions.'
        : 'The choice had been made before it arrived.';
    const page = pageFor(deps, posted, view, { said: notice('Your choice was not taken.', why, 'bad') });
    return respond(context, { ...page, ...whose(view), status: 409 });
  }
}

function pageFor(
  { secrets, assetHosts }: Deps,
  { token }: Admitted,
  view: OnboardingView,
  { filled = EMPTY, said }: { filled?: Filled; said?: Html } = {},
): Page {
  const { status, execution } = view;
  const ended = { review: null, decision: null };
  if (execution !== 'running') return endedPage(view, ended, said);
  if (status === null) return silentPage(view);
  if (isStopping(status)) return endedPage(view, ended, said);
  if (status.choices === null) {
    const page = chosenPage(status);
    return said === undefined ? page : { ...page, body: html`${said}${page.body}` };
  }
  return choosePage({
    status,
    choices: status.choices,
    form: newForm(secrets[0], token, view.runId),
    filled,
    ...(assetHosts === undefined ? {} : { assetHosts }),
    ...(said === undefined ? {} : { notice: said }),
  });
}
