import { refusal, told, type RefusalType } from '../contract/failures';
import type { OnboardingInput } from '../contract/input';
import type { OnboardingPlan, Problem, SchedulePlan } from '../contract/plan';
import type { Step } from '../contract/steps';
import type { LayersApi } from './layersApi';
import type { Memory } from './memory';

/** A message refused for what it contains, every problem on a line. */
export function refuseProblems(type: RefusalType, found: Problem[]): Error {
  const problems = told(found);
  return refusal(type, problems.map(({ path, message }) => `${path}: ${message}`).join('\n'), { problems });
}

/** An input with the plan that it stands for. */
export interface Replaced {
  input: OnboardingInput;
  plan: OnboardingPlan;
}

export interface Replacement {
  /** What the part is replaced in, where it is not what is wanted now: several replacements build on each other. */
  within?: Replaced;
  step: Step;
  item?: string;
  replacement: unknown;
}

interface Facts {
  plan: OnboardingPlan | null;
  /** An operator's choice among several projects. */
  adopt: string | null;
  /** How often each has been replaced: what was made for an earlier one is wanted no more. */
  replaced: { influencer: number; source: number };
  isPostGivenUp: boolean;
}

/** What the partner wants by now: the input, the plan that it stands for, and what operators and reviewers changed since. */
export class Wanted {
  private readonly facts: Facts;

  constructor(
    /** As it stands now; a run hands it to the next one as its input. */
    public input: OnboardingInput,
    memory: Memory,
    private readonly layers: LayersApi,
    private readonly workflow: { workflowId: string; startedAt: Date },
  ) {
    this.facts = memory.once<Facts>('wanted', () => ({
      plan: null,
      adopt: null,
      replaced: { influencer: 0, source: 0 },
      isPostGivenUp: false,
    }));
  }

  /** False until the input has been checked; messages that come before must not act on nothing. */
  get isKnown(): boolean {
    return this.facts.plan !== null;
  }

  get plan(): OnboardingPlan {
    if (this.facts.plan === null) throw new Error('The plan is known only once the input has been checked.');
    return this.facts.plan;
  }

  set plan(plan: OnboardingPlan) {
    this.facts.plan = plan;
  }

  get adopt(): string | null {
    return this.facts.adopt;
  }

  set adopt(projectId: string | null) {
    this.facts.adopt = projectId;
  }

  /** How often the persona, or the source, has been replaced. */
  get replaced(): Readonly<Facts['replaced']> {
    return this.facts.replaced;
  }

  /** UTC; `null` where nothing is to be posted, or nothing any more. */
  get scheduledFor(): string | null {
    return this.facts.isPostGivenUp ? null : (this.facts.plan?.schedule?.at ?? null);
  }

  giveUpPost(): void {
    this.facts.isPostGivenUp = true;
  }

  /**
   * New input of one step, checked as the first input was; changes nothing by itself.
   * @throws `InvalidMessage` with every problem
   */
  async check({ within = this, step, item, replacement }: Replacement): Promise<Replaced> {
    const { workflowId, startedAt } = this.workflow;
    const { input, plan } = within;
    // Only a new time has to lie ahead of now: the old one may have passed without anybody's fault.
    const now = step === 'schedule' ? Date.now() : startedAt.getTime();
    const args = { input, step, ...(item === undefined ? {} : { item }), replacement, workflowId, now };
    const answer = await this.layers.local.replaceStepInput.executeWithOptions(
      { summary: `Check the new input of ${step}` },
      [args],
    );
    if ('problems' in answer) throw refuseProblems('InvalidMessage', answer.problems);
    return { input: { ...input, ...answer.input }, plan: { ...plan, ...answer.plan } };
  }

  /** Takes new input that has been checked. */
  replace({ input, plan }: Replaced): void {
    const before = this.plan;
    for (const part of ['influencer', 'source'] as const)
      if (JSON.stringify(before[part]) !== JSON.stringify(plan[part])) this.facts.replaced[part] += 1;
    this.input = input;
    this.facts.plan = plan;
  }

  /** Takes another time for the post. */
  postAt(schedule: SchedulePlan, at: string): void {
    this.facts.plan = { ...this.plan, schedule: { ...schedule, at } };
  }
}
