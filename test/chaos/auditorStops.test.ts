import { audit } from '../../chaos/audit';
import { timelineOf } from '../../chaos/judge/timeline';
import { cancelledStory, found, goodStory, ms, said, type Story } from './support/story';

describe('archived as asked', () => {
  const archive = (story: Story, seconds = 22): Story => {
    story.effect(story.ask(seconds, 'DELETE', '/v1/projects/prj_1'), 'project.archived', 'prj_1');
    return story;
  };
  const toBeArchived = (): Story => {
    const story = cancelledStory();
    story.plan = { ...story.plan, onCancel: 'archive' };
    return story;
  };

  it('lets a stopped run archive what it created, and misses it where it does not', () => {
    expect(found(archive(toBeArchived()))).toEqual([]);
    expect(said(toBeArchived())).toEqual(['prj_1 was not archived, though the run that created it was stopped']);
  });

  it('holds for an abort as for a cancel', () => {
    const story = toBeArchived();
    story.plan = { ...story.plan, ending: 'aborted' };
    Object.assign(story.runs[0]!, { ending: 'failed', failureType: 'Aborted' });
    expect(found(story)).toEqual(['archived as asked']);
    expect(found(archive(story))).toEqual([]);
  });

  it('leaves it to the clean-up to say that it failed', () => {
    const story = toBeArchived();
    story.runs[0]!.cleanUpFailed = true;
    expect(found(story)).toEqual(['clean-up complete']);
  });

  it('finds one that was to be kept', () => {
    expect(said(archive(cancelledStory()))).toEqual(['prj_1 was archived, though it was to be kept']);
  });

  it('finds one in the middle of a run', () => {
    const story = goodStory();
    story.plan = { ...story.plan, onCancel: 'archive' };
    expect(said(archive(story, 11.5))).toEqual(['prj_1 was archived, though nobody had stopped its onboarding']);
  });

  it('does not blame the onboarding for a fault that archives, or for what an operator did', () => {
    const story = goodStory();
    story.effect(story.ask(5, 'GET', '/v1/jobs/job_1'), 'project.archived', 'prj_1');
    story.effect(story.asOperator(5, 'DELETE', '/v1/projects/prj_1'), 'project.archived', 'prj_1');
    expect(found(story)).toEqual([]);
  });

  it('finds one that an earlier run had created, and lets the later run keep it', () => {
    const adopted = (archived: boolean): string[] => {
      const story = archive(toBeArchived());
      story.run({ startedAt: ms(30), stopAskedAt: ms(40), ending: 'cancelled', closedAt: ms(50) });
      if (archived) archive(story, 45);
      return said(story).filter((what) => what.startsWith('prj_1'));
    };
    expect(adopted(false)).toEqual([]);
    expect(adopted(true)).toEqual(['prj_1 was archived, though this run had not created it']);
  });

  it('takes a run that was reset and the one in its place for one', () => {
    const story = toBeArchived();
    story.runs.unshift({ ...story.runs[0]!, runId: 'run-0', ending: 'terminated', stopAskedAt: null, closedAt: ms(5) });
    story.resets.push({ customer: 'acme', runId: 'run-0', at: ms(5) });
    expect(found(story)).toEqual(['archived as asked']);
    expect(found(archive(story))).toEqual([]);
  });
});

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
