import type { OnboardingStatus } from '../../../contract/status';
import { STEP_TABLE } from '../../../contract/steps';
import { sourceStages, stageOf, type Stage } from '../../html/stages';

/** Where Layers waits for an approval too, the workflow passes the decision on; if Layers refuses it, the step blocks. */
export const recordStage = (status: OnboardingStatus, done: string): Stage =>
  stageOf(status, 'review', 'Recording the decision', done);

const REVIEW: Stage = { state: 'todo', text: STEP_TABLE.review.label };

function makingStage(status: OnboardingStatus, revision: number): Stage {
  const doing = 'Making the post';
  // Until the source of this round is found, the step `content` still stands as the round before left it.
  if (revision > 0 && status.stage === 'source') return { state: 'todo', text: doing };
  const stage = stageOf(status, 'content', doing, 'Post made');
  return stage.state === 'now' ? { ...stage, text: `${doing}, usually a few minutes` } : stage;
}

/** How far a round is that is still being made. */
export function roundStages(status: OnboardingStatus, revision: number): Stage[] {
  // Just decided: the steps of this round still stand as the round before left them.
  if (revision > 0 && status.stage === 'review')
    return [
      recordStage(status, 'Decision recorded'),
      stageOf(status, 'influencer', 'Preparing the persona', 'Persona ready'),
      { state: 'todo', text: 'Looking for something to remix' },
      { state: 'todo', text: 'Making the post' },
      REVIEW,
    ];
  return [...sourceStages(status, revision), makingStage(status, revision), REVIEW];
}
