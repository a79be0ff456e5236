import { judgedByCore } from '../../simulate/judge/core';
import type { Figures } from '../../simulate/long/figures';
import type { Lived } from '../../simulate/long/play';
import { Teller } from '../../simulate/long/teller';
import { workflowBundle } from '../support/environment';

/** What part of a year is lived through, and of each flood. All of it (`LONG_LIFE=1`) takes a minute or two on two cores. */
const PART = Number(process.env.LONG_LIFE ?? 0.1);
const part = (whole: number): number => Math.ceil(whole * PART);
const DAYS = part(365);
const FEWER_DAYS = Math.max(part(60), 21);
/** As many as an input may ask for; the last one would come at the deadline. */
const REMINDERS = part(500);
const EVENTS = part(20_000);
const WRONG = part(5_000);
/** On two cores it takes about a minute; a machine that is busy otherwise may need more. */
const PATIENCE_MS = 600_000;

/** Half of the events after which Temporal ends a run, and the signals and updates of which it takes no more. */
const MOST = { events: 25_600, signals: 10_000, updates: 2_000, attributeBytes: 2_048, historyBytes: 25_000_000 };

/** What `workflows/longLife` shows on a real server in part, in virtual time as a whole. */
describe('an onboarding that lives for a year', () => {
  const tellers: Teller[] = [];
  let stories: ReturnType<typeof begin>;

  /** The longest of them in one process, and the others, one after the other, in another one. */
  function begin() {
    const [one, another] = [new Teller(workflowBundle()), new Teller(workflowBundle())];
    tellers.push(one, another);
    return {
      revoked: one.tell('revokedKey', DAYS, 'uploads'),
      flood: another.tell('flood', EVENTS),
      reminded: another.tell('reminders', DAYS, REMINDERS),
      wrong: another.tell('wrongDecisions', WRONG),
      shutOut: another.tell('revokedKey', FEWER_DAYS, 'everything'),
    };
  }

  beforeAll(() => {
    stories = begin();
    for (const story of Object.values<Promise<unknown>>(stories)) story.catch(() => undefined); // each test is told
  });
  afterAll(() => {
    for (const teller of tellers) teller.close();
  });

  /** Every run of it has stayed far below what Temporal takes, and is what a Temporal server may have made. */
  async function expectBounded(what: string, { figures, problems, middle, wallMs }: Lived<unknown>): Promise<void> {
    process.stdout.write(`${what}: ${inWords(figures)}; ${(wallMs / 1_000).toFixed(1)} s\n`);
    expect(problems).toEqual([]);
    const { events, bytes, signals, updates } = figures.most;
    expect(events).toBeLessThan(MOST.events);
    expect(bytes).toBeLessThan(MOST.historyBytes);
    expect(signals).toBeLessThanOrEqual(MOST.signals);
    expect(updates).toBeLessThan(MOST.updates);
    expect(figures.largestAttribute).toBeLessThan(MOST.attributeBytes);
    expect(await judgedByCore(workflowBundle(), [middle])).toEqual({ accepted: 1, refused: [] });
  }

  it(
    `${EVENTS} webhooks and ${EVENTS} returns leave room for the customer and for the decision`,
    async () => {
      const lived = await stories.flood;
      expect(lived.seen).toEqual({
        stage: 'review',
        looked: expect.any(Number),
        hasConsented: true,
        outcome: 'scheduled',
        posts: 1,
      });
      // Ten at once in each run, and then one a minute.
      expect(lived.seen.looked).toBeLessThan(10 * lived.figures.runs);
      await expectBounded(`${EVENTS} webhooks and as many returns`, lived);
    },
    PATIENCE_MS,
  );

  it(
    'a reviewer is reminded as often as an input may ask for, and can still decide at the end',
    async () => {
      const lived = await stories.reminded;
      const reminded = REMINDERS - 1;
      expect(lived.seen).toEqual({ stages: ['review'], reminded, outcome: 'ready', decision: 'approve' });
      await expectBounded(`${reminded} reminders`, lived);
    },
    PATIENCE_MS,
  );

  it(
    `${WRONG} decisions that nobody may take cost no event, and leave the decision to whoever may`,
    async () => {
      const lived = await stories.wrong;
      expect(lived.seen).toEqual({
        refusals: { InvalidMessage: WRONG },
        events: 0,
        outcome: 'ready',
        reviewer: 'maria',
      });
      expect(lived.figures.runs).toBe(1);
      await expectBounded(`${WRONG} wrong decisions`, lived);
    },
    PATIENCE_MS,
  );

  it(
    `a key for which nothing is answered for ${FEWER_DAYS} days does what it was to do once it works again`,
    async () => {
      const lived = await stories.shutOut;
      const { outcome, uploaded, blockedMedia, tried } = lived.seen;
      expect({ outcome, uploaded }).toEqual({ outcome: 'ready', uploaded: 100 });
      // Each asset by itself, also in the runs that continue the first.
      expect(new Set(blockedMedia)).toEqual(new Set([100]));
      expect(tried.requests).toBeLessThanOrEqual(24 * FEWER_DAYS + 10);
      await expectBounded(`A key revoked for ${FEWER_DAYS} days`, lived);
    },
    PATIENCE_MS,
  );

  it(
    `a hundred media that a revoked key has blocked for ${DAYS} days are uploaded once it works again`,
    async () => {
      const lived = await stories.revoked;
      const { outcome, uploaded, blockedMedia, tried } = lived.seen;
      expect({ outcome, uploaded }).toEqual({ outcome: 'ready', uploaded: 100 });
      expect(new Set(blockedMedia)).toEqual(new Set([100]));
      // One tries for all, every hour.
      expect(tried.uploads).toBeLessThanOrEqual(24 * DAYS + 10);
      expect(tried.uploads).toBeGreaterThan(20 * DAYS);
      await expectBounded(`100 media blocked for ${DAYS} days`, lived);
    },
    PATIENCE_MS,
  );
});

function inWords({ days, runs, events, requests, most, largestAttribute }: Figures): string {
  const perDay =
    days < 1 ? '' : ` (${(events / days).toFixed(0)} events and ${(requests / days).toFixed(0)} requests a day)`;
  return (
    `${runs} runs, ${events} events, ${requests} requests${perDay}, ${Math.round(events / runs)} events per run; at most ` +
    `${most.events} events, ${Math.round(most.bytes / 1_024)} KB, ${most.signals} signals and ${most.updates} updates in one run, ` +
    `${largestAttribute} bytes in an attribute`
  );
}
