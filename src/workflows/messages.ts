import { setHandler } from '@temporalio/workflow';
import { refusal } from '../contract/failures';
import * as messages from '../contract/messages';
import { STEPS } from '../contract/steps';
import { authorize, neededAccount } from './authorizing';
import { checkDecision, decide, decideBySignal } from './deciding';
import { replaceInput } from './replacing';
import type { Run } from './run';

/**
 * Every message of the contract. Registered before the first await, so that none is lost. The descriptions are
 * instructions: the Web UI shows them where somebody picks a message to send.
 */
export function registerMessages(run: Run): void {
  setHandler(messages.status, () => run.progress.status(), {
    description: 'Where this onboarding is, what is blocked and what to do next. No arguments.',
  });
  setHandler(messages.approve, (payload) => decideBySignal(run, 'approve', payload), {
    description:
      'Approve what is under review. Payload: {"reviewer":"your name"}; from the second round on also "revision":1, 2, …',
  });
  setHandler(messages.reject, (payload) => decideBySignal(run, 'reject', payload), {
    description: 'Reject what is under review: nothing is posted. Payload: {"reviewer":"your name","reason":"why"}',
  });
  setHandler(messages.layersEvent, (event) => run.events.receive(event), {
    description: 'For the webhook receiver: a verified Layers event. It only makes a wait look sooner.',
  });
  setHandler(messages.decideReview, (args) => decide(run, args), {
    validator: (args) => {
      begun(run);
      checkDecision(run, args);
    },
    description:
      'Decide about what is under review. Payload: {"decision":"approve","reviewer":"your name","revision":0}; "reject" and "requestChanges" also need "comment"',
  });
  setHandler(messages.resolveStep, (args) => resolve(run, args), {
    validator: (args) => {
      begun(run);
      checkResolve(run, args);
    },
    description:
      'Resume a blocked step once its cause is mended. Payload: {"step":"content","action":"retry","operator":"your name"}; also "skip" or "abort"',
  });
  setHandler(messages.chooseSource, (args) => choose(run, args), {
    validator: (args) => checkChoice(run, args),
    description:
      'Choose one of the candidates in "choices" of the status. Payload: {"tiktokVideoId":"…","by":"your name"}',
  });
  setHandler(messages.authorizeSocial, (args) => authorize(run, args ?? {}), {
    validator: (args) => void neededAccount(run, args ?? {}),
    description:
      'Get a fresh page where the customer connects an account, good for 10 minutes. Payload: {} or {"platform":"tiktok"}',
  });
}

/** After a reset, messages are applied again before any step has run: they must not act on nothing. */
function begun(run: Run): void {
  if (run.plan === undefined) throw refusal('TooEarly', 'The onboarding has not begun yet. Try again in a moment.');
}

function checkResolve(run: Run, args: messages.ResolveStepArgs): void {
  const { step, action, operator, input, reason } = args ?? {};
  const invalid = (message: string): never => {
    throw refusal('InvalidMessage', message);
  };
  if (!STEPS.includes(step)) invalid(`step: must be one of ${STEPS.join(', ')}`);
  if (!['retry', 'skip', 'abort'].includes(action)) invalid('action: must be retry, skip or abort');
  if (typeof operator !== 'string' || operator.trim() === '') invalid('operator: must name who resolves the step');
  if (reason !== undefined && typeof reason !== 'string') invalid('reason: must be text');
  if (input !== undefined && action !== 'retry') invalid('input: goes with retry only');
  run.blocking.find(args);
}

/** Lets a blocked step go on, with new input if there is some; the new input is checked as the first was. */
async function resolve(run: Run, args: messages.ResolveStepArgs): Promise<void> {
  const { step, input } = args;
  await run.blocking.resolve(args, async (blocked) => {
    if (input === undefined || input === null) return;
    // A list replaces all assets; anything else the one that is blocked.
    const item = Array.isArray(input) ? undefined : blocked.item;
    const { adopt, ...rest } = input as { adopt?: unknown };
    const replacement = step === 'project' && typeof adopt === 'string' ? rest : input;
    if (replacement === rest && Object.keys(rest).length === 0) {
      run.adopt = adopt as string;
      return;
    }
    const answer = await replaceInput(run, { input: run.input, step, item, replacement });
    if (replacement === rest) run.adopt = adopt as string;
    run.replace(step, answer);
  });
}

/** Refuses a candidate that is not offered, or a choice that nobody waits for. */
function checkChoice(run: Run, args: messages.ChooseSourceArgs): void {
  const { tiktokVideoId, by } = args ?? {};
  if (typeof by !== 'string' || by.trim() === '') throw refusal('InvalidMessage', 'by: must name who chooses');
  const { choices } = run.progress;
  const state = run.progress.state('source');
  if (choices === null && (state === 'pending' || state === 'running'))
    throw refusal('TooEarly', 'There is nothing to choose from yet.');
  if (choices === null || run.source !== null)
    throw refusal('AlreadyDecided', 'The source has been chosen already.', {
      tiktokVideoId: run.source?.tiktokVideoId,
    });
  const offered = choices.map((choice) => choice.tiktokVideoId);
  if (!offered.includes(tiktokVideoId))
    throw refusal('UnknownCandidate', `${tiktokVideoId} is none of the choices.`, { choices: offered });
}

function choose(run: Run, args: messages.ChooseSourceArgs): void {
  checkChoice(run, args);
  const { tiktokVideoId, by } = args;
  run.source = run.candidates.find((choice) => choice.tiktokVideoId === tiktokVideoId) ?? null;
  run.progress.note(`Source ${tiktokVideoId} was chosen by ${by}.`);
}
