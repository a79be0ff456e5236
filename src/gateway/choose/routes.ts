import type { Context } from 'hono';
import { html } from 'hono/html';
import type { OnboardingView } from '../../client/view';
import { chooseSource } from '../../contract/messages';
import type { OnboardingStatus } from '../../contract/status';
import { choiceFrom } from '../review/decisionForm';
import { newNonce, sealForm } from '../http/sealedForm';
import type { Admitted, Deps, Posted } from '../admit';
import { choosePage } from './page';
import { endedPage } from '../html/ended';
import { EMPTY, type Filled } from '../html/fields';
import { messagePage, respond, type Html, type Page } from '../html/layout';
import { notice, silentPage, unconfirmedPage, whose } from '../html/messages';
import { nothingToChoosePage } from '../html/coming';
import { isStopping } from '../review/situation';
import { send } from '../onboardings/updates';

/** The page of a link to choose the source: the candidates while somebody is asked, else what has become of it. */
export function chooseView(
  deps: Deps,
  { token }: Admitted,
  view: OnboardingView,
  filled: Filled = EMPTY,
  said?: Html,
): Page {
  const { status, execution } = view;
  const ended = { review: null, decision: null };
  if (execution !== 'running') return endedPage(view, ended, said);
  if (status === null) return silentPage(view);
  if (isStopping(status)) return endedPage(view, ended, said);
  if (status.choices === null) return chosenPage(status, said);
  const form = sealForm(deps.secrets[0], token, { runId: view.runId, nonce: newNonce() });
  const { assetHosts } = deps;
  return choosePage({
    status,
    choices: status.choices,
    form,
    filled,
    ...(assetHosts === undefined ? {} : { assetHosts }),
    ...(said === undefined ? {} : { notice: said }),
  });
}

function chosenPage(status: OnboardingStatus, said?: Html): Page {
  const source = status.steps.find(({ step }) => step === 'source')!;
  const page =
    source.state === 'done'
      ? messagePage(
          'The slideshow has been chosen',
          [source.fact ? `It is ${source.fact}.` : 'Thank you.', 'The post is made from it.'],
          { customer: status.customer.name, sandbox: status.mode === 'sandbox', tone: 'good' },
        )
      : nothingToChoosePage(status);
  return said === undefined ? page : { ...page, body: html`${said}${page.body}` };
}

/** A posted choice: one update. */
export async function chooseAnswer(context: Context, deps: Deps, posted: Posted): Promise<Response> {
  const { link, token, fields, form } = posted;
  const { workflowId } = link;
  const parsed = choiceFrom(fields);
  if ('problems' in parsed) {
    const filled = { values: fields, problems: parsed.problems };
    return respond(context, chooseView(deps, posted, await deps.look(workflowId), filled));
  }
  const to = { workflowId, runId: form.runId, timeoutMs: deps.updateTimeoutMs };
  const answer = await send(deps.client, to, chooseSource, parsed.args, `choose-${form.nonce}`);
  deps.look.renew(workflowId);
  deps.log.info({ workflowId, answer: answer.kind === 'refused' ? answer.type : answer.kind }, 'choice');
  if (answer.kind === 'taken') return context.redirect(token, 303);
  if (answer.kind === 'unknown') return respond(context, unconfirmedPage(fields));
  const view = await deps.look(workflowId);
  const why =
    answer.kind === 'refused' && answer.type === 'UnknownCandidate'
      ? 'That slideshow is no longer among the suggestions.'
      : 'The choice had been made before it arrived.';
  const page = chooseView(deps, posted, view, EMPTY, notice('Your choice was not taken.', why, 'bad'));
  return respond(context, { ...page, ...whose(view), status: 409 });
}
