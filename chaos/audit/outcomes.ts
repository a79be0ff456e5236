import type { Witness } from '../judge/evidence';
import type { Ending } from '../plan/onboarding';
import { shown, type Model, type Violation } from './model';

/** Each onboarding ended once, as it should, and the world agrees. */
export const oneOutcomeEach = (model: Model): Violation[] =>
  model.evidence.witnesses.flatMap((witness) => {
    const what = problemOf(model, witness);
    const { customer } = witness;
    const posts = model.effects.filter(
      (entry) => entry.customerExternalId === customer && entry.effect.startsWith('post.'),
    );
    return what === null
      ? []
      : [{ invariant: 'one outcome each' as const, customer, what, evidence: posts.map(shown) }];
  });

/** How a run ended, in the words of a plan. */
function endingOf({ ending, result, failureType }: Witness['runs'][number]): string {
  if (ending === 'completed') return result?.outcome ?? 'completed without a result';
  if (ending === 'failed') return failureType === 'Aborted' ? 'aborted' : `failed with ${failureType}`;
  return ending;
}

function problemOf(model: Model, { customer, plan, runs }: Witness): string | null {
  const expected: Ending[] = plan.again ? [plan.ending, 'scheduled'] : [plan.ending];
  // A run that a reset took the place of has no outcome of its own.
  const replaced = (runId: string): boolean => model.evidence.resets.some((reset) => reset.runId === runId);
  const seen = runs.filter(({ runId }) => !replaced(runId)).map(endingOf);
  if (seen.join(', ') !== expected.join(', '))
    return `was to end ${expected.join(', then ')}, and ${seen.length === 0 ? 'never ran' : `ended ${seen.join(', then ')}`}`;
  const posts = model.effects.filter(
    ({ effect, customerExternalId }) => effect === 'post.created' && customerExternalId === customer,
  );
  const living = posts.filter(({ id }) => model.diedAt(id) === Infinity);
  const wanted = expected.at(-1) === 'scheduled' ? 1 : 0;
  if (living.length !== wanted) return `${living.length} posts are to go out in place of ${wanted}`;
  const result = runs.at(-1)?.result;
  const [post] = living;
  if (post !== undefined && post.data?.['containerId'] !== result?.containerId)
    return `the post shows ${String(post.data?.['containerId'])}, the result says ${result?.containerId}`;
  return null;
}
