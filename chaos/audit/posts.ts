import type { ScheduledPost } from '../../src/contract/result';
import type { EffectEntry } from '../../src/sandbox';
import type { Witness } from '../judge/evidence';
import { shown, type Model, type Violation } from './model';

/** What will go out goes where and when the plan has it, and the result says the same of it. */
export const postedAsPlanned = (model: Model): Violation[] =>
  model.evidence.witnesses.flatMap((witness) => {
    const { customer, runs } = witness;
    const posts = model.effects.filter(
      ({ effect, id, customerExternalId }) =>
        effect === 'post.created' && customerExternalId === customer && model.diedAt(id) === Infinity,
    );
    const told = runs.at(-1)?.result?.scheduledPosts ?? [];
    const problems = posts.flatMap((post) => {
      const { id } = post;
      const same = told.find(({ scheduledPostId }) => scheduledPostId === id);
      return [
        ...[wrongAccount(model, witness, post), wrongTime(witness, post)],
        // One that the result does not have at all is an orphan.
        same === undefined ? null : toldOtherwise(same, post),
      ].flatMap((what) => (what === null ? [] : [{ what: `the post ${id} ${what}`, evidence: [shown(post)] }]));
    });
    const untrue = told
      .filter(({ scheduledPostId }) => !posts.some(({ id }) => id === scheduledPostId))
      .map(({ scheduledPostId }) => ({ what: `the result has the post ${scheduledPostId}, and it will not go out` }));
    return [...problems, ...untrue].map((problem) => ({
      invariant: 'posted as planned' as const,
      customer,
      evidence: [],
      ...problem,
    }));
  });

/** The account that the input names, or one that the customer has connected to the project. */
function wrongAccount({ effects }: Model, { plan, customer }: Witness, { data }: EffectEntry): string | null {
  const account = data?.['socialAccountId'];
  if (plan.account === 'named')
    return account === plan.accountId ? null : `is on ${String(account)} in place of ${plan.accountId}`;
  const connected = effects.some(
    ({ effect, id, customerExternalId }) =>
      effect === 'account.connected' && id === account && customerExternalId === customer,
  );
  return connected ? null : `is on ${String(account)}, which its customer has not connected`;
}

/** Read by the clocks of the zone, so that the conversion under test does not judge itself. */
function wrongTime({ postAt }: Witness, { data }: EffectEntry): string | null {
  const scheduledFor = String(data?.['scheduledFor']);
  if (postAt === null) return `goes out at ${scheduledFor}, though nothing was to be posted`;
  const { local, timezone } = postAt;
  // Swedish clocks write ISO 8601.
  const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: timezone });
  const at = Number.isNaN(Date.parse(scheduledFor)) ? '' : clock.format(Date.parse(scheduledFor)).replace(' ', 'T');
  return at === `${local}:00` ? null : `goes out at ${scheduledFor} in place of ${local} in ${timezone}`;
}

function toldOtherwise({ socialAccountId, mode, scheduledFor }: ScheduledPost, { data }: EffectEntry): string | null {
  const isSame =
    socialAccountId === data?.['socialAccountId'] &&
    mode === data['mode'] &&
    Date.parse(scheduledFor) === Date.parse(String(data['scheduledFor']));
  return isSame ? null : `is not what the result says: ${mode} on ${socialAccountId} at ${scheduledFor}`;
}
