import type { Step } from '../../src/contract/steps';
import { formatProblems, replaceStepInput } from '../../src/input';
import { acmeCoffee } from './acme';

const NOW = Date.UTC(2026, 10, 22, 12);
const LOGO = 'https://cdn.acmecoffee.com/brand/logo-512.png';

const replace = (step: Step, replacement: unknown, more: { item?: string; now?: number; scheduleAt?: string } = {}) =>
  replaceStepInput({
    input: {
      ...acmeCoffee(),
      social: { connect: [{ platform: 'tiktok' }] },
      schedule: { at: more.scheduleAt ?? '2026-12-01T09:00', mode: 'draft' },
      review: { maxRounds: 2 },
    },
    step,
    ...(more.item === undefined ? {} : { item: more.item }),
    replacement,
    workflowId: 'onboard-acme-coffee',
    now: more.now ?? NOW,
  });

function changed(...args: Parameters<typeof replace>) {
  const result = replace(...args);
  if ('problems' in result) throw new Error(formatProblems(result.problems));
  return result;
}

function lines(...args: Parameters<typeof replace>): string[] {
  const result = replace(...args);
  return 'problems' in result ? formatProblems(result.problems).split('\n') : [];
}

describe('replacing the input of a blocked step', () => {
  it('merges project fields and keeps the customer', () => {
    const { input, plan } = changed('project', { name: 'Acme Roasters', tagline: null });
    expect(input.project).toMatchObject({
      name: 'Acme Roasters',
      customerExternalId: 'acme-coffee',
      appName: 'Acme Coffee',
    });
    expect(input.project).not.toHaveProperty('tagline');
    expect(plan.project).toEqual(input.project);
    expect(lines('project', { customerExternalId: 'other' })).toEqual([
      'project.customerExternalId: an onboarding keeps its customer; start another one instead',
    ]);
    expect(changed('project', { customerExternalId: 'acme-coffee' }).input.project.customerExternalId).toBe(
      'acme-coffee',
    );
    expect(changed('project', { customerExternalId: null }).input.project.customerExternalId).toBe('acme-coffee');
  });

  it('replaces one asset by its URL, or all of them', () => {
    const url = 'https://cdn.acmecoffee.com/brand/logo.svg';
    expect(changed('media', { url }, { item: LOGO }).input.appMedia?.[0]).toEqual({ kind: 'logo', url });
    expect(changed('media', { kind: 'end-card', url }, { item: LOGO }).plan.appMedia).toHaveLength(3);
    expect(changed('media', [{ kind: 'logo', url }]).input.appMedia).toEqual([{ kind: 'logo', url }]);
    expect(lines('media', { url }, { item: 'https://elsewhere.example/x.png' })).toEqual([
      'item: is none of this onboarding\'s assets: "https://elsewhere.example/x.png"',
    ]);
    expect(lines('media', { url })).toEqual([
      'input: must be a list of assets, or name the asset to replace by its URL as "item"',
    ]);
    expect(lines('media', { url: 'http://x.example/a.png' }, { item: LOGO })).toEqual([
      'appMedia[0].url: must be an https URL, not http',
    ]);
  });

  it('replaces influencer, social and source', () => {
    expect(changed('influencer', { create: { prompt: 'barista' } }).plan.influencer).toEqual({
      use: 'create',
      hints: { prompt: 'barista' },
    });
    expect(changed('social', { socialAccountIds: ['sa_9'] }).plan.social).toEqual({
      socialAccountIds: ['sa_9'],
      connect: [],
    });
    expect(changed('source', { keyword: 'espresso' }).plan.source).toEqual({
      use: 'discover',
      keyword: 'espresso',
      pick: 'first',
    });
    expect(lines('influencer', { influencer: 'inf_1' })).toContain(
      'influencer.influencer: unknown field; known here: influencerId, create',
    );
  });

  it('takes for content another source, another influencer, or both', () => {
    expect(changed('content', { tiktokVideoId: '123' }).plan.source).toEqual({ use: 'named', tiktokVideoId: '123' });
    const both = changed('content', { source: { keyword: 'tea' }, influencer: { influencerId: 'inf_2' } }).plan;
    expect(both.source).toMatchObject({ keyword: 'tea' });
    expect(both.influencer).toEqual({ use: 'named', influencerId: 'inf_2' });
    expect(changed('content', { influencer: { influencerId: 'inf_2' } }).plan.source).toEqual({
      use: 'discover',
      keyword: null,
      pick: 'first',
    });
    expect(lines('content', { sauce: 1 })).toEqual([
      'content.source.sauce: unknown field; known here: tiktokVideoId, keyword, pick',
    ]);
    expect(lines('content', 'x')).toEqual(['input: must be {"source":…}, {"influencer":…} or both']);
  });

  it('merges schedule and review', () => {
    expect(changed('schedule', { at: '2026-12-24T18:00' }).plan.schedule).toMatchObject({
      at: '2026-12-25T02:00:00Z',
      mode: 'draft',
    });
    expect(changed('review', { deadline: '2 days' }).plan.review).toMatchObject({
      deadlineMs: 172_800_000,
      maxRounds: 2,
    });
    expect(lines('schedule', 'tomorrow')).toEqual(['input: must be an object with the fields to change']);
    expect(lines('schedule', { at: '2026-11-22T12:01Z' })).toEqual([
      expect.stringContaining('schedule.at: "2026-11-22T12:01Z"'),
    ]);
  });

  it('minds a time that has passed only where the schedule is replaced', () => {
    const later = { now: Date.UTC(2027, 0), scheduleAt: '2026-12-01T09:00' };
    expect(lines('influencer', { influencerId: 'inf_1' }, later)).toEqual([]);
    expect(lines('schedule', { mode: 'publish' }, later)).toEqual([expect.stringContaining('has passed')]);
  });

  it.each<Step>(['validate', 'keywords'])('has nothing to replace for %s', (step) => {
    expect(lines(step, {})).toEqual([`input: the step "${step}" has no input of its own; retry without one`]);
  });
});
