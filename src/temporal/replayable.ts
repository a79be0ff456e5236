import type { History } from '@temporalio/common/lib/proto-utils';

/**
 * A history as it is to be handed to a replay. That takes the run id from the start of the history, which a reset copies from
 * the run before it: so a workflow that has used its own id (our notifications do) would seem to decide otherwise. The
 * last reset says which id its run was given.
 *
 * @param history is left as it is
 */
export function replayable(history: History): History {
  const [started, ...others] = history.events ?? [];
  const runId = others.findLast((event) => event.workflowTaskFailedEventAttributes?.newRunId)
    ?.workflowTaskFailedEventAttributes?.newRunId;
  const attributes = started?.workflowExecutionStartedEventAttributes;
  if (!started || !attributes || !runId) return history;
  const own = { ...started, workflowExecutionStartedEventAttributes: { ...attributes, originalExecutionRunId: runId } };
  return { ...history, events: [own, ...others] };
}
