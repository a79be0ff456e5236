import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
  type ActivityInterfaceFor,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { RetryPolicy } from '@temporalio/common';
import {
  ID_IN,
  STEP_OF,
  type Caller,
  type LayersActivities,
  type Listed,
  type Lists,
  type Local,
  type Reads,
  type Starts,
  type Wait,
  type Writes,
} from '../contract/activities';
import { stepFailure } from '../contract/failures';
import { bareId } from '../contract/ids';
import { bucketQueue, PRIORITY } from '../contract/queues';
import { STEP_TABLE } from '../contract/steps';
import { shortLine } from '../contract/text';
import { idempotencyKey } from './effects/idempotencyKey';

type Args<K extends keyof LayersActivities> = Omit<Parameters<LayersActivities[K]>[0], 'as'>;
type Answer<K extends keyof LayersActivities> = Awaited<ReturnType<LayersActivities[K]>>;

/** What differs from the rule for a call: `within` says how long it may take with all its retries, in milliseconds. */
interface Limits {
  within?: number;
  priority?: number;
}

const MINUTE = 60_000;

/** Of the largest size a page has, that many hold more than any customer; a list that has more does not end. */
const MOST_PAGES = 200;

/** Room for a waiting read to notice its deadline by itself, rather than being cut off by the server. */
const BEYOND_DEADLINE_MS = 10 * MINUTE;

/** The first retry comes soon, since most trouble is a restart or a hiccup; then Layers gets room. */
const retry: RetryPolicy = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1 minute' };

/** Requests heartbeat every 5 s, so that one whose worker died is noticed long before its own time-out. */
const heartbeatTimeout = '12s';

/**
 * The Layers API as the workflow calls it: one activity per endpoint, each on the task queue of its rate-limit bucket.
 * The step that a call belongs to says how soon the server hands it out (`STEP_TABLE`); a call that waits may take as long
 * as its wait. Writes are waited for on cancellation, since one that returns at once loses its id although its effect
 * lands; and they give up after 23 hours, because idempotency keys die after 24.
 */
export class LayersApi {
  private readonly reads: ActivityInterfaceFor<Reads>;
  private readonly writes: ActivityInterfaceFor<Writes>;
  private readonly starts: ActivityInterfaceFor<Starts>;
  readonly local = proxyLocalActivities<Local>({ startToCloseTimeout: '10s', scheduleToCloseTimeout: '10 minutes' });

  /** On whose behalf, and with which key; known once the input has been checked. */
  private as: Caller | null = null;
  /** Epoch milliseconds after which no call is tried any more: clean-up takes its time, but not for ever. */
  private until: number | null = null;

  constructor() {
    const { taskQueue } = workflowInfo();
    const write: ActivityOptions = {
      startToCloseTimeout: '40s',
      scheduleToCloseTimeout: '23 hours',
      heartbeatTimeout,
      retry,
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    };
    this.reads = proxyActivities<Reads>({
      taskQueue: bucketQueue(taskQueue, 'reads'),
      startToCloseTimeout: '30s',
      scheduleToCloseTimeout: '24 hours',
      heartbeatTimeout,
      retry,
      cancellationType: ActivityCancellationType.TRY_CANCEL,
    });
    this.writes = proxyActivities<Writes>({ ...write, taskQueue: bucketQueue(taskQueue, 'writes') });
    this.starts = proxyActivities<Starts>({ ...write, taskQueue: bucketQueue(taskQueue, 'starts') });
  }

  /** @param summary one line for the Web UI's timeline; plain text, no personal data */
  read<K extends keyof Reads>(name: K, args: Args<K>, summary: string, limits?: Limits): Promise<Answer<K>> {
    return this.call(this.reads, name, args, summary, limits);
  }

  /**
   * Reads a list to its end, as is needed wherever something not being there has a consequence. Nearly always that is one
   * page. A wait is about the first one.
   *
   * @returns each thing once, in the order of the pages: between two of them a list may move on
   */
  async readAll<K extends keyof Lists>(name: K, args: Args<K>, summary: string, limits?: Limits): Promise<Lists[K][]> {
    const first = (await this.read(name, args, summary, limits)) as Listed<Lists[K]>;
    if (Array.isArray(first)) return once(name, first);
    const { items } = first;
    const { wait: _wait, ...others } = args as { wait?: Wait };
    const asked = new Set<string>();
    let cursor: string | null = first.nextCursor;
    while (cursor !== null) {
      if (asked.has(cursor) || asked.size >= MOST_PAGES)
        throw stepFailure('UnexpectedResponse', `A list of Layers does not end: ${asked.size + 1} pages of ${name}.`);
      asked.add(cursor);
      const next = (await this.read(name, { ...others, cursor } as unknown as Args<K>, summary, limits)) as Listed<
        Lists[K]
      >;
      const page = Array.isArray(next) ? { items: next, nextCursor: null } : next;
      items.push(...page.items);
      // A list that says nothing new and names the same place again has ended.
      cursor = page.items.length === 0 && page.nextCursor === cursor ? null : page.nextCursor;
    }
    return once(name, items);
  }

  /** Layers downloads an asset during the request, so an upload may take minutes. */
  write<K extends keyof Writes>(name: K, args: Args<K>, summary: string, limits?: Limits): Promise<Answer<K>> {
    const more: Partial<ActivityOptions> = name === 'uploadAppMedia' ? { startToCloseTimeout: '6 minutes' } : {};
    return this.call(this.writes, name, args, summary, limits, more);
  }

  start<K extends keyof Starts>(name: K, args: Args<K>, summary: string): Promise<Answer<K>> {
    return this.call(this.starts, name, args, summary);
  }

  get caller(): Caller | null {
    return this.as;
  }

  actAs(caller: Caller): void {
    this.as = caller;
  }

  /** The worker holds another API key now. */
  useApiKey(apiKeyId: string): void {
    if (this.as !== null) this.as = { ...this.as, apiKeyId };
  }

  /** From now on every call, also of what is still under way, has to end within this time. */
  endWithin(ms: number): void {
    this.until = Date.now() + ms;
  }

  private call<K extends keyof LayersActivities>(
    proxy: Pick<ActivityInterfaceFor<LayersActivities>, never>,
    name: K,
    args: Args<K>,
    summary: string,
    limits: Limits = {},
    more: Partial<ActivityOptions> = {},
  ): Promise<Answer<K>> {
    const { as } = this;
    if (as === null) throw new Error(`${name} was called before the input had been checked`);
    const wait = 'wait' in args ? (args.wait as Wait | undefined) : undefined;
    const within = limits.within ?? (wait === undefined ? undefined : wait.deadlineMs + BEYOND_DEADLINE_MS);
    const left = this.until === null ? within : Math.max(this.until - Date.now(), MINUTE);
    const step = STEP_OF[name];
    const options = {
      ...more,
      ...(left === undefined ? {} : { scheduleToCloseTimeout: left }),
      summary: shortLine(summary),
      priority: {
        priorityKey: limits.priority ?? PRIORITY[step === null ? 'wait' : STEP_TABLE[step].priority],
        ...(as.organizationId === null ? {} : { fairnessKey: fairnessKeyOf(as.organizationId) }),
      },
    };
    const activity = (proxy as { [name in K]: { executeWithOptions(o: object, a: unknown[]): Promise<unknown> } })[
      name
    ];
    return activity.executeWithOptions(options, [{ as, ...args }]) as Promise<Answer<K>>;
  }
}

/** The things of a list, each once: an id that comes twice is of one thing. */
function once<K extends keyof Lists>(name: K, items: Lists[K][]): Lists[K][] {
  const ids = new Set<string>();
  return items.filter((item) => {
    const id = bareId(String(item[ID_IN[name]]));
    return !ids.has(id) && ids.add(id);
  });
}
/** Temporal takes no key of more than 64 bytes. Another name serves as well, as long as it is the same each time. */
const fairnessKeyOf = (organizationId: string): string =>
  /^[!-~]{1,64}$/.test(organizationId) ? organizationId : idempotencyKey(organizationId, 0);
