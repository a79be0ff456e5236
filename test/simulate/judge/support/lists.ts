import type { Client } from '@temporalio/client';
import type { Row } from '../../../../simulate/people/lists';
import { SEARCH_ATTRIBUTES } from '../../../../src/contract/searchAttributes';

const LOOK_EVERY_MS = 100;

/** What the list of the Web UI shows on a real server: the people of the simulation wait for news of it. */
export class PolledLists {
  private readonly rows = new Map<string, Row>();
  private isClosed = false;

  constructor(private readonly client: Client) {}

  /** The same object as long as nothing changes; `undefined` where nothing was seen yet. */
  row(workflowId: string): Row | undefined {
    return this.rows.get(workflowId);
  }

  /** Resolves when the list shows something else than what was seen. */
  async news(workflowId: string, seen?: Row): Promise<Row> {
    for (;;) {
      const row = this.row(workflowId);
      if (row !== undefined && row !== seen) return row;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS / 4));
      if (this.isClosed) return new Promise(() => undefined);
    }
  }

  /** Looks at a workflow again and again, until closed. */
  async follow(workflowId: string): Promise<void> {
    while (!this.isClosed) {
      const row = await this.look(workflowId).catch(() => undefined);
      if (row !== undefined && JSON.stringify(row) !== JSON.stringify(this.row(workflowId)))
        this.rows.set(workflowId, row);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  close(): void {
    this.isClosed = true;
  }

  private async look(workflowId: string): Promise<Row> {
    const { runId, status, typedSearchAttributes } = await this.client.workflow.getHandle(workflowId).describe();
    const values = (name: keyof typeof SEARCH_ATTRIBUTES): string[] =>
      [typedSearchAttributes.get(SEARCH_ATTRIBUTES[name] as never) as unknown]
        .flat()
        .flatMap((one) => (one === null || one === undefined ? [] : [String(one)]));
    return {
      ...{ runId, status: status.name as Row['status'], stage: values('stage')[0] ?? '' },
      ...{ attention: values('attention'), errorCodes: values('errorCode') },
      projectId: values('projectId')[0] ?? null,
    };
  }
}
