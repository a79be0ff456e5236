import { sameId } from '../../contract/ids';
import type { PostRecord } from '../../contract/activities';
import type { ScheduleTarget } from '../../contract/input';
import { MIN_LEAD_MS } from '../../contract/limits';
import type { ScheduledPost } from '../../contract/result';
import { CLEAN_UP, orFail, type Attempt } from '../effects/cleanUp';
import { declare } from '../effects/declare';
import { codeOf } from '../failures';
import type { Flow } from '../flow';
import { together } from '../waiting/waits';
import { foundContent } from './draft';
import { decideAtLayers } from './layersApproval';
import { cancelPost, fits, isOver, postsAt, postsSinceStart } from './postsAtLayers';

/** One call to schedule a post. */
interface Schedule {
  projectId: string;
  containerId: string;
  revision: number;
  /** UTC. */
  at: string;
  targets: ScheduleTarget[];
}

interface Scheduled {
  scheduledPostIds: string[];
  /** `blocked_on_approval`: Layers holds the post until the content is approved there. */
  gateStatus: string;
}

const scheduling = declare<Flow, Schedule, Scheduled>({
  name: 'schedule',
  // Content and time are in the request, so they are in the key.
  intent: ({ containerId, at, revision }) => ({ step: 'schedule', item: `${containerId}@${at}`, revision }),
  send: ({ layers }, { containerId, at, targets }, key) =>
    layers.write('scheduleContent', { key, containerId, scheduledFor: at, targets }, `Schedule the post for ${at}`),
  find: async (flow, { projectId, containerId, at, targets }) => {
    const posts = await postsAt(flow, { projectId, containerId }, at);
    const mine = targets.flatMap((target) => posts.find((post) => fits(post, target, at))?.scheduledPostId ?? []);
    return mine.length === targets.length ? { scheduledPostIds: mine, gateStatus: 'queued' } : null;
  },
  stands: async (flow, { projectId, containerId, at }, { scheduledPostIds }) => {
    const posts = await postsAt(flow, { projectId, containerId }, at, { ofEarlierRunsToo: true });
    return scheduledPostIds.every((id) => posts.some((post) => sameId(post.scheduledPostId, id)));
  },
});

/**
 * What became of the schedule call for one time.
 *
 *   sent ──answered──▶ queued                          the posts are known, and wanted
 *    │  └─answered──▶ held ──approved at Layers──▶ queued
 *    │                 │
 *    └──────┬──────────┘ another time or account is wanted, or none
 *           ▼
 *         unsure          there may be posts, now or after an approval, that the partner wants no more
 *
 * A time that was never sent, or definitely refused, has no fate: there is nothing of it at Layers.
 */
type Fate = (
  | { is: 'sent' }
  /** Layers keeps the post until the content is approved there. */
  | { is: 'held'; targets: ScheduleTarget[] }
  | { is: 'queued' }
  | { is: 'unsure' }
) & {
  /** An earlier call for this time has left that behind; it does not pass by a new call. */
  wasUnsure?: true;
};

/** The content that is posted. */
export interface Posted {
  projectId: string;
  containerId: string;
  revision: number;
  /** Made by a request of this very run: it cannot have been posted before. */
  isNew: boolean;
}

/** The posts that are wanted. */
export interface WantedPosts {
  /** UTC. */
  at: string;
  targets: ScheduleTarget[];
}

interface Facts {
  content: Posted | null;
  /** By time, UTC. */
  fates: Record<string, Fate>;
  /** The posts that the result names. */
  made: ScheduledPost[];
}

/** The posts of this onboarding at Layers, from the first call to schedule one until they are wanted or taken back. */
export class Posts {
  private readonly facts: Facts;

  /** @param hasApproved whether a person has approved the content here, so that an approval at Layers is no surprise */
  constructor(
    private readonly flow: Flow,
    private readonly hasApproved: () => boolean,
  ) {
    this.facts = flow.memory.once<Facts>('posts', () => ({ content: null, fates: {}, made: [] }));
  }

  get made(): ScheduledPost[] {
    return this.facts.made;
  }

  /** From now on it is about the posts of this content. */
  of(content: Posted): void {
    if (!sameId(this.facts.content?.containerId, content.containerId)) this.facts.fates = {};
    this.facts.content = content;
  }

  /** The wanted posts are queued at Layers. */
  settle(at: string, made: ScheduledPost[]): void {
    this.set(at, { is: 'queued' });
    this.facts.made = made;
  }

  /** Sends the call. Its answer decides the fate of the time; without one it stays `sent`. */
  async send({ at, targets }: WantedPosts): Promise<Scheduled> {
    const { effects } = this.flow;
    const schedule = this.schedule(at, targets);
    if (this.facts.fates[at]?.is !== 'held') this.set(at, { is: 'sent' });
    try {
      const scheduled = await effects.make(scheduling, schedule, { isUnused: this.content.isNew });
      this.set(at, scheduled.gateStatus === 'blocked_on_approval' ? { is: 'held', targets } : { is: 'queued' });
      return scheduled;
    } finally {
      const fate = this.facts.fates[at];
      const isRefused = fate?.is === 'sent' && !effects.isUnanswered(scheduling.intent(schedule));
      if (isRefused && fate.wasUnsure) this.set(at, { is: 'unsure' });
      else if (isRefused) delete this.facts.fates[at];
    }
  }

  /** Only this time's post is held at Layers, and nothing else can be released with it. */
  isHeldAlone(at: string): boolean {
    const held = this.times('held');
    return held.length === 1 && held[0] === at && this.times('unsure').length === 0;
  }

  /** The approval has used up what Layers held, without a post: the next call is a request of its own. */
  isLost(at: string): void {
    this.set(at, { is: 'unsure' });
    this.flow.effects.retire(this.intent(at));
  }

  /** Takes back all posts that the result names. */
  async takeBackMade(): Promise<void> {
    const { made } = this.facts;
    this.facts.made = [];
    await Promise.all(
      made.map(({ scheduledPostId: id }) =>
        this.flow.cleanUp.asItem(`cancel the scheduled post ${id}`, () => cancelPost(this.flow, id)),
      ),
    );
  }

  /**
   * Takes back the posts of this onboarding that are not wanted, wherever a schedule call may have left some: it got no
   * answer, Layers holds them until an approval, or it was sent before a reset. Asks Layers nothing where no call can have.
   *
   * @param wanted the posts to keep; if one of them is missing, all are cancelled, to be scheduled anew. `null`: keep none
   * @returns the posts that are wanted and there, one for each target in their order; none where one is missing
   */
  async takeBack(wanted: WantedPosts | null, attempt: Attempt = orFail): Promise<PostRecord[]> {
    const { flow } = this;
    if (flow.wanted.plan.schedule === null) return [];
    await this.release(wanted, attempt);
    const found = await this.findAll(attempt);
    const own = this.facts.content?.containerId;
    const mine = found.filter(({ containerId }) => sameId(containerId, own));
    const there =
      wanted === null
        ? []
        : wanted.targets.flatMap((target) => mine.find((post) => fits(post, target, wanted.at)) ?? []);
    const kept = there.length === wanted?.targets.length ? there : [];
    const unwanted = found.filter((post) => !kept.includes(post) && !isOver(post));
    await together(
      unwanted.map(({ scheduledPostId: id }) => attempt(`cancel the scheduled post ${id}`, () => cancelPost(flow, id))),
    );
    // Layers may still hold a post of an unanswered call for another time, and release it with an approval.
    for (const at of this.times('sent').filter((other) => other !== wanted?.at)) {
      flow.effects.keep(this.intent(at));
      this.set(at, { is: 'unsure' });
    }
    return kept;
  }

  private async findAll(attempt: Attempt): Promise<PostRecord[]> {
    const { flow } = this;
    const found: PostRecord[] = [];
    const find = (where: string, look: () => Promise<PostRecord[]>): Promise<boolean> =>
      attempt(`look for posts ${where}`, async () => found.push(...(await look())));
    if (foundContent(flow).length > 0)
      await find('of content that was there before this run', () => postsSinceStart(flow, this.facts.content));
    else
      for (const at of this.times('sent', 'unsure', 'held'))
        await find(`at ${at}, since scheduling them got no clear answer`, () => postsAt(flow, this.content, at));
    return found;
  }

  /**
   * What Layers holds until the content is approved cannot be cancelled before. Where the content was approved here it is
   * approved there as well, and what that releases is cancelled; else it is rejected there, and nothing is ever released.
   */
  private async release(wanted: WantedPosts | null, attempt: Attempt): Promise<void> {
    const { flow, facts } = this;
    const unwanted = this.times('held').filter((at) => {
      const fate = facts.fates[at];
      return !(at === wanted?.at && fate?.is === 'held' && isSame(fate.targets, wanted.targets));
    });
    const unclear = this.times('sent', 'unsure');
    // What is due by now would be posted at once by an approval.
    const isDue = wanted === null && [...unwanted, ...unclear].some((at) => Date.parse(at) < Date.now() + MIN_LEAD_MS);
    let isHeld = unwanted.length > 0;
    if (!isHeld && wanted === null && unclear.length > 0)
      await attempt('see whether Layers keeps a post back', async () => {
        const { containerId } = this.content;
        const content = await flow.layers.read(
          'getContent',
          { containerId },
          'Is the content approved at Layers?',
          CLEAN_UP,
        );
        isHeld = content.approvalStatus === 'pending';
      });
    if (!isHeld) return;
    const isDone =
      this.hasApproved() && !flow.isStopping && !isDue
        ? await attempt('approve the content, so that what Layers keeps back can be cancelled', () =>
            this.approveUnlessRejected(),
          )
        : await attempt('reject the content, since Layers keeps its post back', () => this.reject());
    if (!isDone) return;
    for (const at of unwanted) this.set(at, { is: 'unsure' });
  }

  /** If Layers has already rejected the content, its held post can never go out. */
  private async approveUnlessRejected(): Promise<void> {
    try {
      await decideAtLayers(this.flow, { decision: 'approve', containerId: this.content.containerId });
    } catch (error) {
      if (codeOf(error) !== 'CONTENT_REJECTED') throw error;
    }
  }

  /** A conflict says that it has been decided on: then no approval can release anything any more. */
  private async reject(): Promise<void> {
    const { layers, effects } = this.flow;
    const { containerId } = this.content;
    const key = effects.key({ step: 'cleanup', item: `reject:${containerId}` });
    const args = { key, containerId, reason: 'Nothing of it is to be posted.' };
    try {
      await layers.write('rejectContent', args, 'Reject the content at Layers', CLEAN_UP);
    } catch (error) {
      if (codeOf(error) !== 'CONFLICT') throw error;
    }
  }

  private set(at: string, fate: Fate): void {
    const before = this.facts.fates[at];
    const wasUnsure = before?.is === 'unsure' || before?.wasUnsure === true;
    this.facts.fates[at] = { ...fate, ...(wasUnsure ? { wasUnsure } : {}) };
  }

  /** The times of these fates, each once; a time that was unsure once counts as such for good. */
  private times(...kinds: Fate['is'][]): string[] {
    const are = (kind: Fate['is']): string[] =>
      Object.entries(this.facts.fates)
        .filter(([, { is, wasUnsure }]) => is === kind || (kind === 'unsure' && wasUnsure === true))
        .map(([at]) => at);
    return [...new Set(kinds.flatMap(are))];
  }

  private get content(): Posted {
    if (this.facts.content === null) throw new Error('There are no posts before there is content.');
    return this.facts.content;
  }

  private schedule(at: string, targets: ScheduleTarget[]): Schedule {
    const { projectId, containerId, revision } = this.content;
    return { projectId, containerId, revision, at, targets };
  }

  private intent(at: string): ReturnType<typeof scheduling.intent> {
    return scheduling.intent(this.schedule(at, []));
  }
}

const isSame = (one: ScheduleTarget[], other: ScheduleTarget[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
