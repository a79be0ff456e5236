import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { Clock } from '../clock/clock';
import type { Service } from '../temporal/service';
import type { Status } from '../temporal/temporal';

/** What the list of the Web UI shows of an onboarding's newest run: enough to know who has to act. */
export interface Row {
  runId: string;
  status: Status;
  stage: string;
  attention: readonly string[];
  errorCodes: readonly string[];
  projectId: string | null;
}

/** What lists show, and who waits for that to change: people look when there is news, not every so many seconds. */
export class Lists {
  private readonly rows = new Map<string, Row>();
  private readonly waiting = new Map<string, (() => void)[]>();
  private known = 0;

  constructor(
    private readonly clock: Clock,
    private readonly service: Service,
  ) {
    service.watch(({ workflowId }) => this.changed(workflowId));
  }

  /** To be called as time goes by: runs that have begun are followed from then on. */
  refresh(): void {
    const { executions } = this.service;
    for (; this.known < executions.length; this.known += 1) {
      const execution = executions[this.known]!;
      const { workflowId } = execution;
      this.changed(workflowId);
      execution.onClose(() => this.changed(workflowId));
    }
  }

  /** The same object as long as nothing changes; `undefined` where it was never started. */
  row(workflowId: string): Row | undefined {
    this.refresh();
    const known = this.rows.get(workflowId);
    if (known !== undefined) return known;
    const execution = this.service.latest(workflowId);
    if (execution === undefined) return undefined;
    const { runId, status, attributes } = execution;
    const values = (name: keyof typeof SEARCH_ATTRIBUTES): string[] => read(attributes[SEARCH_ATTRIBUTES[name].name]);
    const row: Row = {
      runId,
      status,
      stage: values('stage')[0] ?? '',
      attention: values('attention'),
      errorCodes: values('errorCode'),
      projectId: values('projectId')[0] ?? null,
    };
    this.rows.set(workflowId, row);
    return row;
  }

  /** Resolves when the list shows something else than what was seen. */
  async news(workflowId: string, seen?: Row): Promise<Row> {
    for (;;) {
      const row = this.row(workflowId);
      if (row !== undefined && row !== seen) return row;
      await new Promise<void>((resolve) => {
        const waiting = this.waiting.get(workflowId) ?? [];
        this.waiting.set(workflowId, [...waiting, resolve]);
      });
    }
  }

  private changed(workflowId: string): void {
    this.rows.delete(workflowId);
    const waiting = this.waiting.get(workflowId) ?? [];
    this.waiting.delete(workflowId);
    // An entry of its own: what waits must not go on at whatever time comes next.
    if (waiting.length > 0) this.clock.in(0, () => this.clock.busily(() => waiting.forEach((resolve) => resolve())));
  }
}

function read(payload: Payload | undefined): string[] {
  if (payload === undefined) return [];
  const value = defaultPayloadConverter.fromPayload<unknown>(payload);
  return [value].flat().flatMap((one) => (one === null || one === undefined ? [] : [String(one)]));
}
