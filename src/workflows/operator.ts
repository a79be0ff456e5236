import { setHandler } from '@temporalio/workflow';
import { refusal } from '../contract/failures';
import { resolveStep, type ResolveStepArgs } from '../contract/messages';
import { STEPS } from '../contract/steps';
import type { Flow } from './flow';

/** The operator, who answers blocked steps: retry, perhaps with new input, skip, or abort. */
export class Operator {
  /** Registers `resolveStep`. */
  constructor(private readonly flow: Flow) {
    setHandler(resolveStep, (args) => this.resolve(args), {
      validator: (args) => {
        flow.begun();
        checkShape(args);
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
    const { step, input } = args;
    await blockedSteps.resolve(args, async (blocked) => {
      if (input === undefined || input === null) return;
      // A list replaces all assets; anything else the one that is blocked.
      const item = Array.isArray(input) ? undefined : blocked.item;
      const { adopt, ...rest } = input as { adopt?: unknown };
      const adopted = step === 'project' && typeof adopt === 'string' ? adopt : null;
      if (adopted === null || Object.keys(rest).length > 0) {
        const replacement = adopted === null ? input : rest;
        wanted.replace(await wanted.check({ input: wanted.input, step, item, replacement }));
      }
      if (adopted !== null) wanted.adopt = adopted;
    });
  }
}

/** The shape of the message, by hand: zod is no guest in the workflow bundle. */
function checkShape(args: ResolveStepArgs): void {
  const { step, action, operator, input, reason } = args ?? {};
  const invalid = (message: string): never => {
    throw refusal('InvalidMessage', message);
  };
  if (!STEPS.includes(step)) invalid(`step: must be one of ${STEPS.join(', ')}`);
  if (!['retry', 'skip', 'abort'].includes(action)) invalid('action: must be retry, skip or abort');
  if (typeof operator !== 'string' || operator.trim() === '') invalid('operator: must name who resolves the step');
  if (reason !== undefined && typeof reason !== 'string') invalid('reason: must be text');
  if (input !== undefined && action !== 'retry') invalid('input: goes with retry only');
}
