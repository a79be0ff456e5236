import type { CallRecord } from '../../chaos/judge/timeline';
import { cancelledStory, found, goodStory, know, ms, said, type Story } from './support/story';

const REMIX = '/v1/projects/prj_1/content/slideshow-remix';
const PERSONAS = '/v1/projects/prj_1/influencers';
const DAY_S = 24 * 3_600;

/** Layers forgets after a day what a key stands for. */
describe('a second run, after a cancel, makes anew what the first has made', () => {
  const again = (effect: 'content.created' | 'influencer.created', seconds: number, stopped = true): string[] => {
    const story = goodStory();
    const path = effect === 'content.created' ? REMIX : PERSONAS;
    const data = effect === 'content.created' ? { sourceTiktokId: '73', influencerId: 'inf_1' } : {};
    if (effect === 'influencer.created') {
      story.effect(story.ask(4, 'POST', path), effect, 'inf_7');
      story.ledger.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    }
    // Under the same key: the ids of keys are made from the path.
    story.effect(story.ask(4 + seconds, 'POST', path), effect, 'new_1', data);
    know(story, 'inf_7', 'new_1');
    const [second] = story.runs;
    second!.startedAt = ms(seconds);
    if (stopped)
      story.runs.unshift({
        ...second!,
        runId: 'run-0',
        startedAt: ms(0),
        ending: 'cancelled',
        stopAskedAt: ms(7),
        closedAt: ms(8),
      });
    return found(story).filter((invariant) => invariant === 'one effect per intent');
  };

  it.each(['content.created', 'influencer.created'] as const)('%s: only once its key is a day old', (effect) => {
    expect(again(effect, DAY_S)).toEqual([]);
    expect(again(effect, DAY_S - 60)).toEqual(['one effect per intent']);
  });

  it('and no run does so that goes on for days', () => {
    expect(again('content.created', 2 * DAY_S, false)).toEqual(['one effect per intent']);
  });
});

describe('after a reset and a cancel', () => {
  const called = (path: string, more: Partial<CallRecord> = {}): CallRecord => ({
    name: path.split('/').at(-1)!,
    key: `key of ${path}`,
    dueAt: ms(4),
    startedAt: ms(4),
    attempt: 1,
    closedAt: ms(5),
    completed: true,
    ...more,
  });

  /** The run that had made everything was reset at second 18; the one in its place is cancelled at second 20. */
  function resetStory(calls: CallRecord[], isReset = true): Story {
    const story = cancelledStory();
    const [run] = story.runs;
    story.runs.unshift({ ...run!, runId: 'run-0', ending: 'terminated', stopAskedAt: null, closedAt: ms(18), calls });
    if (isReset) story.resets.push({ customer: 'acme', runId: 'run-0', at: ms(18) });
    return story;
  }

  const order = (story: Story): string[] => said(story).filter((what) => what.endsWith('after the stop'));

  it.each([REMIX, PERSONAS, '/v1/projects/prj_1/keywords/refresh'])(
    '%s may be asked again which job it was',
    (path) => {
      const askedAgain = (calls: CallRecord[], isReset = true): string[] => {
        const story = resetStory(calls, isReset);
        story.ask(22, 'POST', path);
        return order(story);
      };
      expect(askedAgain([called(path)])).toEqual([]);
      // Nobody had asked before, under that key.
      expect(askedAgain([])).toEqual([`POST ${path} after the stop`]);
      expect(askedAgain([called(path, { key: 'another key' })])).toEqual([`POST ${path} after the stop`]);
      // There was no reset: the run knows its jobs.
      expect(askedAgain([called(path)], false)).toEqual([`POST ${path} after the stop`]);
    },
  );

  it('what that starts anew is taken back', () => {
    const startedAnew = (takenBack: boolean): string[] => {
      const story = resetStory([called(REMIX)]);
      const remix = story.ask(22, 'POST', REMIX);
      story.effect(remix, 'content.created', 'cnt_2', { sourceTiktokId: '74', influencerId: 'inf_1' });
      if (takenBack) story.effect(22.5, 'content.canceled', 'cnt_2');
      know(story, 'cnt_2');
      return order(story);
    };
    expect(startedAnew(true)).toEqual([]);
    expect(startedAnew(false)).toEqual([`POST ${REMIX} after the stop`]);
  });

  it.each(['/v1/content/cnt_1/schedule', '/v1/content/cnt_1/approve', '/v1/projects/prj_1/app-media'])(
    '%s is not asked again, though the run before had',
    (path) => {
      const story = resetStory([called(path)]);
      story.ask(22, 'POST', path);
      expect(order(story)).toEqual([`POST ${path} after the stop`]);
    },
  );

  it('what the run before had on its way may still arrive, for as long as an attempt has', () => {
    const path = '/v1/projects/prj_1/app-media';
    const arrives = (seconds: number, more: Partial<CallRecord>): string[] => {
      const story = resetStory([called(path, { dueAt: ms(17), startedAt: null, closedAt: null, ...more })]);
      Object.assign(story.runs[1]!, { closedAt: ms(100) });
      story.ask(seconds, 'POST', path);
      return order(story);
    };
    const late = [`POST ${path} after the stop`];
    expect(arrives(21, {})).toEqual([]);
    expect(arrives(70, {})).toEqual(late);
    expect(arrives(21, { closedAt: ms(17.5) })).toEqual(late);
    expect(arrives(21, { key: 'another key' })).toEqual(late);
  });
});
