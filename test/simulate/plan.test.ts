import { happyPlan, PLAIN_ENDINGS, plainPlan, planOf, type Plan } from '../../simulate/plan';
import { inputOf } from '../../simulate/plan/inputs';
import { ACCOUNTS, ANSWERS, CANCELS_IN, REVIEWERS, TROUBLES } from '../../simulate/plan/onboarding';
import { KINDS } from '../../simulate/plan/rules';
import { createSandbox } from '../../src/sandbox';
import { validateInput } from '../../src/input';

const plans = Array.from({ length: 300 }, (_, index) => planOf(index + 1));
const onboardings = plans.flatMap((plan) => plan.onboardings);
const strikes = plans.flatMap((plan) => plan.strikes);

/** What is to occur and never does. */
const missing = <T>(wanted: readonly T[], seen: readonly T[]): T[] => wanted.filter((one) => !seen.includes(one));

describe('the plan of a simulated world', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf(7)).toEqual(plans[6]);
    expect(planOf(7)).not.toEqual(planOf(8));
    expect(happyPlan(7)).toEqual(happyPlan(7));
    expect(plainPlan(7, 'rejected')).toEqual(plainPlan(7, 'rejected'));
  });

  it('is plain JSON', () => {
    const all: Plan[] = [...plans, happyPlan(1), ...PLAIN_ENDINGS.map((ending) => plainPlan(1, ending))];
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  });

  it('has every kind of onboarding in the first 300 seeds', () => {
    const endings = ['scheduled', 'ready', 'rejected', 'expired', 'cancelled', 'aborted'] as const;
    const seen = <K extends keyof (typeof onboardings)[number]>(name: K) => onboardings.map((one) => one[name]);
    expect(missing(endings, seen('ending'))).toEqual([]);
    expect(missing(ACCOUNTS, seen('account'))).toEqual([]);
    expect(missing(REVIEWERS, seen('reviewers'))).toEqual([]);
    expect(missing([null, ...TROUBLES], seen('trouble'))).toEqual([]);
    expect(missing(ANSWERS, seen('answer'))).toEqual([]);
    expect(missing([null, ...CANCELS_IN], seen('cancelsIn'))).toEqual([]);
    expect(missing(['keep', 'archive'], seen('onCancel'))).toEqual([]);
    for (const name of ['again', 'changes', 'mirrored', 'approvesBySignal'] as const)
      expect([name, missing([true, false], seen(name))]).toEqual([name, []]);
    expect(onboardings.filter(({ resetsAfterEndMs }) => resetsAfterEndMs !== null).length).toBeGreaterThan(5);
    for (const ending of ['cancelled', 'aborted', 'rejected'])
      expect(onboardings.some((one) => one.again && one.ending === ending)).toBe(true);
  });

  it('has every kind of fault in the first 300 seeds, and none of them in all', () => {
    const rules = plans.map((plan) => plan.rules.map(({ id }) => id?.replace(/ \d+$/, '')));
    const ofKind = Object.keys(KINDS).map((kind) => [kind, rules.filter((ids) => ids.includes(kind)).length] as const);
    const ofPlan = [
      ...Object.keys(plans[0]!.faults).map((name) => [name, plans.filter(({ faults }) => faults[name as 'evict'] > 0)]),
      ...(['loseRequest', 'loseAnswer', 'silent'] as const).map((name) => [
        name,
        plans.filter(({ wire }) => wire[name]),
      ]),
      ['rotation', plans.filter(({ rotation }) => rotation !== null)],
      ['freezes', plans.filter(({ freezes }) => freezes.length > 0)],
      ['short histories', plans.filter(({ nextRunAfter }) => nextRunAfter < 4_096)],
      ['tight limits', plans.filter(({ limits }) => limits.starts < 10)],
      ['no webhooks', plans.filter(({ webhooks }) => !webhooks)],
      ['a flaky partner', plans.filter(({ partner }) => partner === 'flaky')],
      ['several onboardings', plans.filter((plan) => plan.onboardings.length > 1)],
    ].map(([name, having]) => [name as string, having!.length] as const);
    for (const [name, count] of [...ofKind, ...ofPlan]) {
      expect([name, count >= 5]).toEqual([name, true]);
      expect([name, count <= 250]).toEqual([name, true]);
    }
    expect(
      missing(
        ['cancel', 'reset', 'reset and cancel', 'kill'],
        strikes.map(({ kind }) => kind),
      ),
    ).toEqual([]);
  });

  it('has customers of its own, inputs that a worker takes, and rules that the sandbox takes', async () => {
    for (const { seed, onboardings: all, startAt, rules } of plans) {
      expect(new Set(all.map(({ customer }) => customer)).size).toBe(all.length);
      for (const one of all) {
        const input = inputOf(one, startAt + one.startsAfterMs);
        expect(validateInput(input, { now: startAt + one.startsAfterMs, workflowId: null })).toHaveProperty('plan');
      }
      expect(() => createSandbox({ faults: rules, seed }).close()).not.toThrow();
    }
  });

  it('ends plainly in ten ways, struck where one asks for it', () => {
    expect(PLAIN_ENDINGS).toHaveLength(10);
    const {
      rules,
      wire,
      strikes: planned,
    } = plainPlan(3, 'expired', {
      strike: { after: 17, kind: 'reset and cancel' },
      loseAnswerTo: 4,
    });
    expect(rules).toEqual([]);
    expect(wire.loseAnswerTo).toBe(4);
    expect(planned).toEqual([{ after: 17, kind: 'reset and cancel', customer: 'sim-3' }]);
  });
});
