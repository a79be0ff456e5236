import type { Stage } from './stage';

/** What the list of the Web UI shows of one onboarding: enough to know who has to act. */
export interface View {
  runId: string;
  running: boolean;
  stage: string;
  attention: string;
  errorCodes: readonly string[];
}

const EVERY_MS = 400;
const IDLE = ['reviewer', 'customer'];

/**
 * The whole fleet by one visibility query, as an operator's list shows it: asking hundreds of workflows one by one would
 * cost more than running them.
 */
export class Fleet {
  private views = new Map<string, View>();
  private waiting: (() => void)[] = [];
  private stopped = false;
  private readonly ended: Promise<void>;

  constructor(private readonly stage: Stage) {
    this.ended = this.poll();
  }

  view(workflowId: string): View | undefined {
    return this.views.get(workflowId);
  }

  /** Those that wait for a person and do nothing meanwhile. */
  idle(): string[] {
    return [...this.views].filter(([, view]) => view.running && IDLE.includes(view.attention)).map(([id]) => id);
  }

  /** Resolves after the next look, or with it the first one that succeeds. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.ended;
  }

  private async poll(): Promise<void> {
    while (!this.stopped) {
      const startedAt = Date.now();
      // Visibility is away together with the server; then nothing is known, and nothing is done.
      await this.look().then(
        () => this.waiting.splice(0).forEach((resolve) => resolve()),
        () => undefined,
      );
      await new Promise((resolve) => setTimeout(resolve, Math.max(EVERY_MS - (Date.now() - startedAt), EVERY_MS / 2)));
    }
    this.waiting.splice(0).forEach((resolve) => resolve());
  }

  private async look(): Promise<void> {
    const { client, taskQueue } = this.stage;
    const query = `TaskQueue = "${taskQueue}"`;
    const views = new Map<string, View>();
    await client.withDeadline(Date.now() + 5_000, async () => {
      for await (const found of client.workflow.list({ query, pageSize: 1_000 })) {
        const known = views.get(found.workflowId);
        // Newest first; after a reset or a second start only the newest run counts.
        if (known !== undefined) continue;
        const attributes = found.searchAttributes;
        views.set(found.workflowId, {
          runId: found.runId,
          running: found.status.name === 'RUNNING',
          stage: String(attributes['LayersStage']?.[0] ?? ''),
          attention: String(attributes['LayersAttention']?.[0] ?? 'none'),
          errorCodes: (attributes['LayersErrorCode'] ?? []).map(String),
        });
      }
    });
    this.views = views;
  }
}
