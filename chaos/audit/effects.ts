import type { EffectEntry } from '../../src/sandbox';
import type { RunRecord } from '../judge/evidence';
import { isDefiniteRefusal } from './keys';
import { shown, timeOf, type Model, type Violation } from './model';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What an effect was meant for, in words that are the same for every try of it; `null` for what may come twice. */
function intentOf({ effect, id, data = {} }: EffectEntry): string | null {
  switch (effect) {
    case 'project.created':
      return 'the project';
    case 'project.patched':
      return `filling ${JSON.stringify(data['fields'])}`;
    case 'media.created':
      return `the ${text(data['kind'])} ${text(data['url'])}`;
    case 'influencer.created':
      return data['automatic'] === true ? null : 'the influencer';
    case 'content.created':
      return `the remix of ${text(data['sourceTiktokId'])} with ${text(data['influencerId'])}`;
    case 'job.started':
      return data['kind'] === 'keyword_refresh' && data['hidden'] !== true ? 'the refresh of the keywords' : null;
    case 'schedule.stashed':
      return `the schedule of ${id} at ${text(data['scheduledFor'])}`;
    case 'post.created':
      return `the post of ${text(data['containerId'])} on ${text(data['socialAccountId'])} at ${text(data['scheduledFor'])}`;
    case 'content.approved':
    case 'content.rejected':
      return `${effect} ${id}`;
    // To archive twice changes nothing, and each time that a customer asks for a consent page Layers makes one.
    default:
      return null;
  }
}

/** At no time may two effects of one intent be alive. If Layers or the onboarding has ended the first, the second is a new try. */
export function oneEffectPerIntent(model: Model): Violation[] {
  const violations: Violation[] = [];
  const living = new Map<string, EffectEntry>();
  for (const effect of model.ours) {
    const intent = intentOf(effect);
    if (intent === null) continue;
    const customer = effect.customerExternalId;
    const name = `${customer} ${intent}`;
    const earlier = living.get(name);
    living.set(name, effect);
    if (earlier === undefined || model.diedAt(earlier.id) <= timeOf(effect)) continue;
    if (isAnotherRuns(model, earlier, effect)) continue;
    violations.push({
      invariant: 'one effect per intent',
      customer,
      what: `${intent} was made twice: ${earlier.id} and ${effect.id}`,
      evidence: [earlier, model.requestOf(earlier), effect, model.requestOf(effect)].flatMap((entry) =>
        entry === undefined ? [] : [shown(entry)],
      ),
    });
  }
  return violations;
}

/** What a run looks for only among what is younger than itself. */
const LOOKED_FOR_SINCE_START = ['content.created', 'influencer.created'];
/** So long Layers knows what an idempotency key stands for (layers/API.md 14). */
const KEYS_LIVE_MS = 24 * 3_600_000;

/**
 * A second run, started after the first had been cancelled, looks only for content and personas of its own. What the first
 * has made it shows again where its key replays that; under another API key, more than a day later, or where its key was
 * refused before the first run came through with the next one, it makes them anew.
 */
function isAnotherRuns(model: Model, earlier: EffectEntry, effect: EffectEntry): boolean {
  if (!LOOKED_FOR_SINCE_START.includes(effect.effect)) return false;
  const { runs = [] } = model.witness(effect.customerExternalId) ?? {};
  const between = runs.filter(
    ({ closedAt }) => closedAt !== null && closedAt >= timeOf(earlier) && closedAt <= timeOf(effect),
  );
  // What was rejected is not shown again.
  if (effect.effect === 'content.created' && between.some(({ result }) => result?.outcome === 'rejected')) return true;
  const [first, second] = [model.requestOf(earlier), model.requestOf(effect)];
  const wasStopped = between.some(({ stopAskedAt }) => stopAskedAt !== null);
  if (!wasStopped || first === undefined || second === undefined) return false;
  if (first.apiKeyId !== second.apiKeyId || timeOf(effect) - timeOf(first) >= KEYS_LIVE_MS) return true;
  if (first.idempotencyKey === second.idempotencyKey) return false;
  return model.requests.some(
    (request) =>
      request.idempotencyKey === second.idempotencyKey && isDefiniteRefusal(request) && timeOf(request) < timeOf(first),
  );
}

/** Effects whose id an onboarding's history must have: without it the clean-up could not take them back. */
const KNOWN = new Set(['project.created', 'media.created', 'influencer.created', 'content.created', 'post.created']);

/** What was made at Layers is known to an onboarding; its jobs have ended, and its posts are those of its outcome. */
export function noOrphanEffects(model: Model): Violation[] {
  return model.ours.flatMap((effect) => {
    const why = orphaned(model, effect);
    if (why === null) return [];
    const { customerExternalId: customer } = effect;
    const request = model.requestOf(effect);
    const evidence = [shown(effect), ...(request === undefined ? [] : [shown(request)])];
    return [{ invariant: 'no orphan effects' as const, customer, what: why, evidence }];
  });
}

const JOB_ENDS = new Set(['job.completed', 'job.failed', 'job.canceled']);
/** What the clocks of two processes may be apart. */
const CLOCKS_MS = 1_000;

/** The run that had to answer for an effect: the one it was made in, or the one that a reset put in its place. */
const outlives = ({ ending, closedAt }: RunRecord, effect: EffectEntry): boolean =>
  ending !== 'terminated' && (closedAt === null || closedAt >= timeOf(effect));

function orphaned(model: Model, effect: EffectEntry): string | null {
  const { id, customerExternalId: customer, data = {} } = effect;
  const witness = model.witness(customer);
  if (witness === undefined) return `${effect.effect} ${id} belongs to no onboarding of this run`;
  const automatic = data['automatic'] === true;
  if (KNOWN.has(effect.effect) && !automatic && model.diedAt(id) === Infinity)
    if (!witness.runs.some(({ text: history }) => history.includes(id)))
      return `no history of ${customer} knows ${effect.effect} ${id}`;
  if (effect.effect === 'job.started' && data['hidden'] !== true) {
    const ended = model.effects.find((entry) => entry.id === id && JOB_ENDS.has(entry.effect));
    const kind = text(data['kind']);
    if (ended === undefined) return `the job ${id} (${kind}) still runs, though the onboarding has ended`;
    const closedAt = witness.runs.find((run) => outlives(run, effect))?.closedAt ?? Infinity;
    if (timeOf(ended) > closedAt + CLOCKS_MS) return `the job ${id} (${kind}) went on after its onboarding had ended`;
  }
  if (effect.effect === 'post.created' && model.diedAt(id) === Infinity) {
    const wanted = witness.runs.at(-1)?.result?.scheduledPosts.some((post) => post.scheduledPostId === id) ?? false;
    if (!wanted) return `the post ${id} will go out, though the onboarding's outcome does not have it`;
  }
  return null;
}
