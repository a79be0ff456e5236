import { replaceStepInput } from '../../src/input';
import type { OnboardingInput } from '../../src/contract/input';
import { acmeCoffee } from './acme';
import { acme, acmeProject, check, linesOf, NOW, scheduled, target } from './support';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
const targets = (captionOverride: string, firstCommentOverride: string, count = 50) =>
  Array.from({ length: count }, (_, i) =>
    target({ socialAccountId: `sa_${i}`, captionOverride, firstCommentOverride }),
  );

describe('the size of an input', () => {
  it('is refused as a whole, with what takes the most of it', () => {
    const input = scheduled({ targets: targets('好'.repeat(4000), '好'.repeat(4000)) });
    expect(linesOf(input)).toEqual([
      'input: must be at most 512 KB as JSON in UTF-8, since Temporal carries no more, is 1,178 KB; shorten the largest parts: schedule.targets (1,177 KB)',
    ]);
  });

  it('leaves room for every field at its documented most, and for 40 long texts beyond ASCII', () => {
    expect(linesOf(scheduled({ targets: targets('x'.repeat(4000), 'x'.repeat(4000)) }))).toEqual([]);
    expect(linesOf(scheduled({ targets: targets('好'.repeat(4000), '', 40) }))).toEqual([]);
  });

  it('is bounded in bytes, whatever is in it', () => {
    expect(linesOf(acme({ note: 'é'.repeat(300_000) }))).toEqual([
      expect.stringMatching(/^input: must be at most 512 KB/),
    ]);
    expect(linesOf('x'.repeat(600_000))).toEqual([
      expect.stringMatching(/^input: must be at most 512 KB.*, is 586 KB$/),
    ]);
    expect(linesOf(Array.from({ length: 600_000 }, () => 1))).toEqual([
      expect.stringMatching(/^input: must be at most/),
    ]);
  });

  it('so that input and plan together, as a step’s new input makes them, are within what Temporal carries', () => {
    const input = scheduled({ targets: targets('好'.repeat(3400), '', 50) }) as OnboardingInput;
    expect(linesOf(input)).toEqual([]);
    const replacement = { tiktokVideoId: '7301234567890123456' };
    const replaced = replaceStepInput({ input, step: 'source', replacement, workflowId: 'onboard-acme', now: NOW });
    expect(replaced).toHaveProperty('plan');
    expect(Buffer.byteLength(JSON.stringify(replaced))).toBeLessThan(1_500_000);
  });
});

describe('the depth of an input', () => {
  it.each<[string, unknown, string]>([
    ['a list', acmeProject({ brandVoice: nested(20_000) }), 'project.brandVoice'],
    ['metadata', acmeProject({ metadata: { deep: nested(20_000) } }), 'project.metadata'],
    ['an unknown field', acme({ deep: nested(5000) }), 'deep[0]'],
    ['the input itself', nested(20_000), '[0][0]'],
  ])('is bounded: %s', (_, input, path) => {
    expect(linesOf(input)).toEqual([`${path}: must not be nested more than 50 levels deep`]);
  });

  it('takes metadata that is nested as people nest', () => {
    expect(linesOf(acmeProject({ metadata: { deep: nested(40) } }))).toEqual([]);
  });

  it('is without end where an object holds itself', () => {
    const metadata: Record<string, unknown> = {};
    metadata.self = metadata;
    expect(linesOf(acmeProject({ metadata }))).toEqual([
      'project.metadata: must not be nested more than 50 levels deep',
    ]);
  });
});

describe('the problems of an input', () => {
  const unknownFields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, index]));

  it('are listed as far as anybody reads', () => {
    const result = check(acmeProject(unknownFields(20_000)));
    if (!('problems' in result)) throw new Error('it was taken');
    expect(result.problems).toHaveLength(51);
    expect(result.problems[49]!.path).toBe('project.field49');
    expect(result.problems[50]).toEqual({ path: 'more', message: '19950 more problems are not listed' });
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(50_000);
  });

  it('name a field briefly, and without what steers a terminal', () => {
    const [line] = linesOf(acme({ [`\u001b]0;owned\u0007\u202e${'x'.repeat(10_000)}`]: 1 }));
    expect(line).toMatch(/^ \]0;owned x+…: unknown field; known here: /);
    const [shown] = linesOf(acmeProject({ brandVoice: 'a\u202eb'.repeat(1000) }));
    expect(shown).toMatch(/^project\.brandVoice: must be one of .*, not "(ab)+…$/);
  });

  it.each([1n, Symbol('x'), () => 1, NaN, Infinity, new Date(NaN)])(
    'tell of a value that JSON cannot carry',
    (value) => {
      expect(linesOf(acmeProject({ name: value }))).toHaveLength(1);
      expect(linesOf(acme({ review: { maxRounds: value } }))).toHaveLength(1);
    },
  );

  it('are bounded as well where a step gets new input', () => {
    const args = { input: acmeCoffee(), step: 'source' as const, workflowId: 'onboard-acme', now: NOW };
    const many = replaceStepInput({ ...args, replacement: unknownFields(20_000) });
    expect(many).toHaveProperty('problems.length', 51);
    const deep = replaceStepInput({ ...args, replacement: { keyword: nested(20_000) } });
    expect(deep).toEqual({
      problems: [{ path: 'content.source', message: 'must not be nested more than 50 levels deep' }],
    });
    const large = replaceStepInput({ ...args, replacement: { keyword: 'x'.repeat(1_000_000) } });
    expect(large).toMatchObject({ problems: [{ path: 'input' }] });
  });
});
