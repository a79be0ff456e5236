import { Hono, type Context } from 'hono';
import type { OnboardingView } from '../../client/view';
import { admit, admitPost, Refusal, type Admitted, type Deps } from '../admit';
import { EMPTY } from '../html/fields';
import { respond, type Page } from '../html/layout';
import { formPage, situationPage } from './pageOf';
import { situationOf } from './situation';
import { chooseAnswer, chooseView } from '../choose/routes';
import { decide } from './decide';

/** `/r/:token`: looking at a review and deciding it, or choosing a source. A GET never changes anything. */
export function reviewRoutes(deps: Deps): Hono {
  return new Hono()
    .get('/r/:token', async (context) => {
      const admitted = admit(context, deps, ['view', 'decide', 'choose']);
      if (admitted instanceof Refusal) return admitted.response;
      const view = await deps.look(admitted.link.workflowId);
      const choosing = admitted.link.scope === 'choose';
      return respond(context, choosing ? chooseView(deps, admitted, view) : lookPage(context, deps, admitted, view));
    })
    .post('/r/:token', async (context) => {
      const posted = await admitPost(context, deps, ['view', 'decide', 'choose']);
      if (posted instanceof Refusal) return posted.response;
      return posted.link.scope === 'choose' ? chooseAnswer(context, deps, posted) : decide(context, deps, posted);
    });
}

/** The page of the round; with `?do=…`, and while it may be decided, the form of the second step. */
function lookPage(context: Context, deps: Deps, { token, link }: Admitted, view: OnboardingView): Page {
  const situation = situationOf(link, view);
  const wanted = context.req.query('do');
  if (situation.kind !== 'open' || link.scope !== 'decide' || wanted === undefined)
    return situationPage(deps, link, view, situation);
  const fields = { decision: wanted === 'changes' ? 'requestChanges' : wanted, at: context.req.query('at') ?? '' };
  return formPage(deps, token, view, situation, fields, EMPTY);
}
