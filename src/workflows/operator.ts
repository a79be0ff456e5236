import { setHandler } from '@temporalio/workflow';
import { MAX_ITEM, MAX_NAME } from '../contract/limits';
import { resolveStep, type ResolveStepArgs } from '../contract/messages';
import type { Problem } from '../contract/plan';
import { STEPS, type Step } from '../contract/steps';
import { harmlessLines } from '../contract/text';
import type { Flow } from './flow';
import {
  faultOfChoice,
  faultOfComment,
  faultOfLine,
  faultOfName,
  faultOfWhole,
  problemsIn,
  type Fault,
} from './shapes';
import { refuseProblems } from './wanted';

const ACTIONS: readonly string[] = ['retry', 'skip', 'abort'] satisfies ResolveStepArgs['action'][];
/** Steps that take nothing of the input. */
const WITHOUT_INPUT: readonly Step[] = ['validate', 'keywords'];

/** The operator, who answers blocked steps: retry, perhaps with new input, skip, or abort. */
export class Operator {
  /** Registers `resolveStep`. */
  constructor(private readonly flow: Flow) {
    setHandler(resolveStep, (args) => this.resolve(args), {
      validator: (args) => {
        flow.begun();
        const problems = problemsOf(args);
        if (problems.length > 0) throw refuseProblems('InvalidMessage', problems);
        flow.continuing.admit(() => void flow.blockedSteps.find(args));
      },
      description:
        'Resume a blocked step once its cause is mended. Payload: {"step":"content","action":"retry","operator":"your name"}; also "skip" or "abort"',
    });
  }

  /** Lets a blocked step go on, with new input if there is some; the new input is checked as the first was. */
  private async resolve(args: ResolveStepArgs): Promise<void> {
    const { blockedSteps, continuing, wanted } = this.flow;
    if (!continuing.isBack) await continuing.back();
    const { step, input, reason } = args;
    const answer = reason === undefined ? args : { ...args, reason: harmlessLines(reason) };
    await blockedSteps.resolve(answer, async (blocked) => {
      if (input === undefined || input === null) return;
      // A list replaces all assets; anything else the one that is blocked.
      const item = Array.isArray(input) ? undefined : blocked.item;
      const { adopt, ...rest } = input as { adopt?: unknown };
      const adopted = step === 'project' && typeof adopt === 'string' ? adopt : null;
      if (adopted === null || Object.keys(rest).length > 0) {
        const replacement = adopted === null ? input : rest;
        wanted.replace(await wanted.check({ step, item, replacement }));
      }
      if (adopted !== null) wanted.adopt = adopted;
    });
  }
}

function problemsOf(args: ResolveStepArgs): Problem[] {
  const whole = faultOfWhole(args);
  if (whole !== null) return [{ path: 'message', message: whole }];
  const { step, action, item, operator, reason, input } = args;
  return problemsIn({
    step: faultOfChoice(step, STEPS),
    action: ACTIONS.includes(action) ? null : 'must be retry, skip or abort',
    item: item === undefined ? null : faultOfLine(item, 'must name one of those that are blocked', MAX_ITEM),
    operator: faultOfName(operator, 'resolves the step'),
    reason: reason === undefined ? null : faultOfComment(reason),
    input: input === undefined || input === null ? null : faultOfInput(args),
    'project.adopt': faultOfAdopted(args),
  });
}

function faultOfInput({ step, action, input }: ResolveStepArgs): Fault {
  if (action !== 'retry') return 'goes with retry only';
  if (WITHOUT_INPUT.includes(step)) return `the step "${step}" has no input of its own; retry without one`;
  return typeof input === 'object' ? null : 'must be an object, or for media a list of assets';
}

function faultOfAdopted({ step, input }: ResolveStepArgs): Fault {
  const { adopt } = (input ?? {}) as { adopt?: unknown };
  if (step !== 'project' || adopt === undefined) return null;
  return faultOfLine(adopt, 'must be the id of a project', MAX_NAME);
}
