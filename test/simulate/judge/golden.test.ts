import { readdirSync, readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { judgeGolden, type Judged } from '../../../simulate/judge/golden';
import { loadWorkflows } from '../../../simulate/world/workflowCode';
import { workflowBundle } from '../../support/environment';
import { HISTORIES, readGolden } from '../../support/golden';

/** Those in a folder were recorded before a patch, which gives the folder its name. */
const names = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

/**
 * What code that is older has decided otherwise, by golden: the number of the event and which of its attributes. A replay does
 * not look at these. A golden that is recorded anew has none of them.
 */
const OLDER: Record<string, string[]> = {
  // Ids that no event is waited for any more were told to the search as well.
  'changes-requested.json': ['103 LayersRefs'],
  'persona-requested.json': ['98 LayersRefs'],
  'source-replaced.json': ['74 LayersRefs'],
  'scheduled.json': ['126 LayersRefs'],
  // A post's other time was shown when it was scheduled, not when the operator asked for it; its request counted as a second
  // try of the first one.
  'held-then-moved.json': ['92 LayersScheduledFor', '111 key', '117 LayersScheduledFor', '117 LayersRefs'],
  'held-unheard-then-moved.json': ['89 LayersScheduledFor', '96 key', '126 LayersScheduledFor', '126 LayersRefs'],
  // Notifications did not name the first run, and reminders were counted from the one before.
  'notified.json': [
    ...['88 firstRunId', '99 firstRunId', '100 startToFireTimeout', '110 firstRunId', '111 startToFireTimeout'],
    ...['121 firstRunId', '122 firstRunId', '128 firstRunId'],
  ],
};

/** Recorded onboardings played in the model of Temporal. */
describe('a recorded onboarding in the model', () => {
  let workflows: Awaited<ReturnType<typeof loadWorkflows>>;
  beforeAll(async () => {
    workflows = await loadWorkflows(readFileSync(workflowBundle(), 'utf8'));
  });

  const judge = (json: string): Promise<Judged> => judgeGolden(historyFromJSON(JSON.parse(json)), workflows);
  const told = ({ differences }: Judged): string[] =>
    differences.map(({ event, path }) => `${event} ${path.split('.').at(-1)}`);

  it.each(names)('%s is decided again and entered again, event for event', async (name) => {
    const judged = await judge(readGolden(name));
    expect(judged.problems).toEqual([]);
    expect(told(judged)).toEqual(OLDER[name] ?? []);
    expect(judged.decisions).toBeGreaterThan(1);
  });

  /** What the model says of `rejected.json` when a text in one event of it is another one. */
  const tampered = async (id: number, from: string, to: string): Promise<string[]> => {
    const history = JSON.parse(readGolden('rejected.json')) as { events: object[] };
    const event = history.events[id - 1]!;
    history.events[id - 1] = replaced(event, from, to);
    expect(history.events[id - 1]).not.toEqual(event);
    return told(await judge(JSON.stringify(history)));
  };

  it.each([
    ['another activity is called', 14, 'createProject', 'patchProject', '14 name'],
    ['a request has another key', 14, '"key":"', '"key":"0', '14 key'],
    ['an activity is given longer', 14, '40s', '41s', '14 startToCloseTimeout'],
    ['a timer is set for longer', 24, '0.250s', '0.251s', '24 startToFireTimeout'],
    ['lists show another stage', 20, 'preparing', 'source', '20 LayersStage'],
    ['the memo is another one', 6, '"', '"0', '6 inputDigest'],
    ['an update is answered otherwise', 93, 'Not our tone', 'Our tone', '93 comment'],
    ['it ends otherwise', 96, '"rejected"', '"ready"', '96 outcome'],
  ])('a recording in which %s is found out', async (_what, id, from, to, where) => {
    expect(await tampered(id, from, to)).toEqual([where]);
  });

  it('a recording with another answer, or another message, is found out by what follows from that', async () => {
    expect(await tampered(16, 'prj_', 'prj_0')).toContain('20 LayersProjectId');
    expect(await tampered(92, '"reject"', '"approve"')).toContain('96 outcome');
  });

  it('a recording in which two decisions have changed places is found out', async () => {
    const history = JSON.parse(readGolden('rejected.json')) as { events: { eventId: string }[] };
    const [memo, attributes] = [history.events[5]!, history.events[6]!];
    history.events.splice(5, 2, { ...attributes, eventId: '6' }, { ...memo, eventId: '7' });
    expect(told(await judge(JSON.stringify(history)))).toEqual(['6 ']);
  });
});

/** Texts of an event, and what its payloads hold. */
const replaced = (event: object, from: string, to: string): object =>
  JSON.parse(JSON.stringify(event), (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (key !== 'data') return value.replace(from, to);
    return Buffer.from(Buffer.from(value, 'base64').toString().replace(from, to)).toString('base64');
  }) as object;
