import { jsonText } from '../output';
import type { Change } from './changes';

/** One change as one line of JSON, for programs. Every line has `t` (UTC) and `workflowId`. */
export function jsonLine(change: Change, workflowId: string, now: number): string {
  const head = { t: new Date(now).toISOString(), workflowId };
  return jsonText({ ...head, ...content(change) });
}

function content(change: Change): object {
  switch (change.kind) {
    case 'step': {
      const { step, state, fact } = change.step;
      return { step, state, ...(fact === undefined ? {} : { fact }), ...(change.ms === null ? {} : { ms: change.ms }) };
    }
    case 'blocked':
      return { blocked: change.blocked };
    case 'review':
      return { review: change.review };
    case 'decision':
      return { decision: change.decision };
    case 'choices':
      return { choices: change.choices };
    case 'retry':
      return { retry: change.call };
    case 'note':
      return { note: change.text };
    case 'cleanup':
      return { cleanup: change.item };
    case 'silent':
      return { silent: change.why };
    case 'ended': {
      const { execution, result, failure } = change.view;
      return { execution, ...(result === null ? { failure } : { outcome: result.outcome, result }) };
    }
  }
}
