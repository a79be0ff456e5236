import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { replayable } from '../../src/temporal/replayable';
import { readGolden } from '../support/golden';

const golden = (name: string) => historyFromJSON(JSON.parse(readGolden(name)));
const originalOf = (history: ReturnType<typeof golden>) =>
  history.events![0]!.workflowExecutionStartedEventAttributes!.originalExecutionRunId;

it('replays a run that a reset has made under its own id, not under that of the run before it', () => {
  const reset = golden('reset-then-cancelled.json');
  const { newRunId } = reset.events!.find(
    (event) => event.workflowTaskFailedEventAttributes,
  )!.workflowTaskFailedEventAttributes!;
  const before = originalOf(reset);
  expect(originalOf(replayable(reset))).toBe(newRunId);
  expect(before).not.toBe(newRunId);
  expect(originalOf(reset)).toBe(before);
  expect(replayable(reset).events!.slice(1)).toEqual(reset.events!.slice(1));
});

it('leaves any other history as it is', () => {
  const history = golden('scheduled.json');
  expect(replayable(history)).toBe(history);
});
