import fc from 'fast-check';
import { nextLook, nextLookAtPerson, type Look } from '../../src/activities/planner';

const middle = () => 0.5;

/** Every look of a wait, in milliseconds since it began, if the answer comes at `readyMs`. */
function looks(
  { earliestMs, readyMs, ...wait }: Omit<Look, 'elapsedMs'> & { earliestMs: number; readyMs: number },
  planner = nextLook,
): number[] {
  const at = [earliestMs];
  for (let elapsedMs = earliestMs; elapsedMs < readyMs;) {
    const delay = planner({ elapsedMs, ...wait });
    if (delay === null) break;
    elapsedMs += delay;
    at.push(elapsedMs);
    if (at.length > 6_000) throw new Error('never ends');
  }
  return at;
}

const durations = fc.integer({ min: 1, max: 14 * 24 * 3_600_000 });
const anyLook = fc.record({
  elapsedMs: fc.integer({ min: -60_000, max: 30 * 24 * 3_600_000 }),
  typicalMs: durations,
  deadlineMs: durations,
  relaxedMs: fc.option(durations, { nil: undefined }),
  random: fc.constantFrom(0, 0.25, 0.5, 0.999999).map((value) => () => value),
});

describe.each([
  ['nextLook', nextLook],
  ['nextLookAtPerson', nextLookAtPerson],
])('%s', (_, planner) => {
  test('moves on by 200 ms to 5 minutes, and never past the deadline', () => {
    fc.assert(
      fc.property(anyLook, (look) => {
        const delay = planner(look);
        const left = look.deadlineMs - look.elapsedMs;
        if (delay === null) return expect(left).toBeLessThan(200);
        expect(delay).toBeGreaterThanOrEqual(200);
        expect(delay).toBeLessThanOrEqual(5 * 60_000 + 200);
        expect(delay).toBeLessThanOrEqual(left);
        // Nothing is left over that would be too short for another look.
        expect(left - delay === 0 || left - delay >= 200).toBe(true);
      }),
    );
  });

  test('a wait that is never answered ends with a look at the deadline', () => {
    fc.assert(
      fc.property(anyLook, ({ elapsedMs: _elapsedMs, ...look }) => {
        fc.pre(look.deadlineMs >= 200 && look.deadlineMs < 1_000 * look.typicalMs);
        const at = looks({ ...look, earliestMs: 0, readyMs: Infinity }, planner);
        expect(at.at(-1)).toBe(look.deadlineMs);
      }),
    );
  });
});

test('the looks of a wait are bounded: a few until typical, then ever fewer', () => {
  fc.assert(
    fc.property(anyLook, ({ elapsedMs: _, ...look }) => {
      const { typicalMs, deadlineMs } = look;
      fc.pre(deadlineMs >= 200);
      const at = looks({ ...look, earliestMs: 0, readyMs: Infinity });
      const growing = Math.log(1 + deadlineMs / Math.max(typicalMs, 200)) / Math.log(1.4);
      expect(at.length).toBeLessThanOrEqual(10 + growing + deadlineMs / 240_000);
    }),
  );
});

describe('the waits of an onboarding', () => {
  const influencer = { earliestMs: 45_000, typicalMs: 60_000, deadlineMs: 900_000 };
  const keywords = { earliestMs: 240_000, typicalMs: 270_000, deadlineMs: 900_000 };
  const content = { earliestMs: 30_000, typicalMs: 90_000, deadlineMs: 1_800_000 };

  test.each([
    ['influencer', influencer],
    ['keywords', keywords],
    ['content', content],
  ])('%s: two looks when it takes its usual time, whatever the jitter', (_, wait) => {
    for (const random of [() => 0, middle, () => 0.999]) {
      const at = looks({ ...wait, readyMs: wait.typicalMs, random });
      expect(at).toHaveLength(2);
      expect(at[1]! - wait.typicalMs).toBeLessThan(0.3 * wait.typicalMs);
    }
  });

  test('keywords of 5 minutes: three looks, and at most half a minute lost', () => {
    const at = looks({ ...keywords, readyMs: 300_000, random: middle });
    expect(at).toHaveLength(3);
    expect(at[2]).toBeLessThan(330_000);
  });

  test('content that takes twice as long is found within a fifth of its time', () => {
    const at = looks({ ...content, readyMs: 180_000, random: middle });
    expect(at.at(-1)).toBeLessThan(216_000);
    expect(at.length).toBeLessThanOrEqual(8);
  });

  test('a job that is stuck for half an hour costs fewer than 20 looks', () => {
    expect(looks({ ...content, readyMs: Infinity, random: middle }).length).toBeLessThan(20);
  });

  test('an adopted project is looked at from the beginning, and half-way', () => {
    const at = looks({ ...keywords, earliestMs: 0, readyMs: 270_000, random: middle });
    expect(at).toEqual([0, 135_000, 285_000]);
  });

  test('while nobody needs the influencer, about one look per typical', () => {
    const at = looks({ ...influencer, readyMs: 240_000, relaxedMs: 240_000, random: middle });
    expect(at).toEqual([45_000, 105_000, 165_000, 225_000, 307_500]);
    const needed = looks({ ...influencer, readyMs: 90_000, relaxedMs: 50_000, random: middle });
    expect(needed[1]).toBeLessThan(70_000);
  });
});

test('a person: 15 s rising to 60 s for a state of ten minutes', () => {
  const wait = { typicalMs: 60_000, deadlineMs: 600_000, random: middle };
  const at = looks({ ...wait, earliestMs: 15_000, readyMs: Infinity }, nextLookAtPerson);
  expect(at.slice(0, 5)).toEqual([15_000, 30_000, 60_000, 120_000, 180_000]);
  expect(at).toHaveLength(12);
});

test('a fleet that began together does not look together', () => {
  const delays = Array.from({ length: 50 }, () => nextLook({ elapsedMs: 100, typicalMs: 90_000, deadlineMs: 1e6 }));
  expect(new Set(delays).size).toBeGreaterThan(10);
});
