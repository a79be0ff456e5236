import type { History } from '@temporalio/common/lib/proto-utils';
import type { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import type { Execution } from '../temporal/execution';
import { Service } from '../temporal/service';
import { differencesOf, type Difference } from './differences';
import { toldBy } from './events';
import { readRecording, type Recording } from './recording';
import { RecordedClock, RecordedPace, scripted } from './script';

/** What became of a recorded onboarding in the model. */
export interface Judged {
  /** Of the recording: all its events, and those of them that the workflow has decided. */
  events: number;
  decisions: number;
  /** Where the model's history is another one. */
  differences: Difference[];
  /** The model has failed. */
  problems: string[];
}

const NO_FAULTS = { crashInTask: 0, crashInActivity: 0, loseReport: 0, evict: 0, early: 0, twice: 0, freeze: 0 };
const USUAL_HISTORY = 4_096;

/**
 * Plays a recorded onboarding in the model: the same input, the same answers and the same messages, each at its recorded
 * time; workflow tasks begin and end when they did. What the workflow decides and what the service makes of it is the model's
 * own doing, and has to be the recorded history, event for event.
 *
 * @param history of one run that has ended
 */
export async function judgeGolden(history: History, workflows: ReusableVMWorkflowCreator): Promise<Judged> {
  const recording = readRecording(history);
  const problems: string[] = [];
  const run = await play(recording, workflows, problems);
  const [recorded, played] = [toldBy(recording.events), toldBy(run.history)];
  return {
    events: recorded.length,
    decisions: recorded.filter(({ isDecision }) => isDecision).length,
    ...{ differences: differencesOf(recorded, played), problems },
  };
}

async function play(
  recording: Recording,
  workflows: ReusableVMWorkflowCreator,
  problems: string[],
): Promise<Execution> {
  const { start, reset, endedAt, messages } = recording;
  const clock = new RecordedClock(recording);
  const service = new Service({
    ...{ clock, faults: NO_FAULTS, rates: {}, nextRunAfter: USUAL_HISTORY, pace: new RecordedPace(clock, recording) },
    workflows: knowing(recording.patches, workflows),
    startWorker: () => scripted(clock, recording),
    ...{ log: () => undefined, strike: () => undefined, client: () => undefined as never },
    problem: (what) => void problems.push(what),
  });
  let run = service.start(start);
  if (reset !== null) {
    run.history.push(...reset.told);
    clock.at(reset.at, () => (run = service.reset(run)));
  }
  for (const { at, send } of messages) clock.at(at, () => run.status === 'RUNNING' && send(run));
  await clock.run(() => run.status !== 'RUNNING' && run.runId === recording.runId, endedAt + 1_000);
  return run;
}

/**
 * Code that was recorded before a patch goes on without it, as it does when it is replayed: a worker may be told so (its
 * `patchActivationCallback`).
 */
const knowing = (patches: ReadonlySet<string>, workflows: ReusableVMWorkflowCreator): ReusableVMWorkflowCreator =>
  Object.create(workflows, {
    patchActivationCallback: { value: (_info: unknown, patch: string) => patches.has(patch) },
  }) as ReusableVMWorkflowCreator;
