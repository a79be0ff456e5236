import { audit } from '../../chaos/audit';
import { timelineOf } from '../../chaos/timeline';
import { cancelledStory, found, ms, type Story } from './support/story';

describe('clean-up complete', () => {
  const notTakenBack = (): Story => {
    const story = cancelledStory();
    const call = { key: null, dueAt: ms(22), startedAt: ms(22), attempt: 1, closedAt: ms(23) };
    story.runs[0]!.calls.push({ ...call, name: 'cancelJob', completed: false });
    story.runs[0]!.cleanUpFailed = true;
    return story;
  };

  it('finds a clean-up that failed, and shows which call', () => {
    expect(audit(notTakenBack().evidence())).toEqual([
      {
        invariant: 'clean-up complete',
        customer: 'acme',
        what: 'the clean-up of run-1 failed',
        evidence: ['cancelJob, due 2026-05-01T12:00:22.000Z, failed with try 1'],
      },
    ]);
  });

  it('excuses one whose API key was changed under it, and none whose was changed before', () => {
    const rotated = (seconds: number): string[] => {
      const story = notTakenBack();
      story.strikes.push({ kind: 'key rotated', from: ms(seconds), to: ms(seconds) });
      return found(story);
    };
    expect(rotated(15)).toEqual([]);
    expect(rotated(-5)).toEqual(['clean-up complete']);
  });

  it('is read from what the history shows in lists', () => {
    const shows = (...codes: string[]): boolean => {
      const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(codes)) };
      const searchAttributes = { indexedFields: { LayersErrorCode: payload } };
      const event = { upsertWorkflowSearchAttributesEventAttributes: { searchAttributes } };
      return timelineOf({ events: [event] }).cleanUpFailed;
    };
    expect(shows('CLEANUP_FAILED')).toBe(true);
    expect(shows('JobFailed')).toBe(false);
  });
});
