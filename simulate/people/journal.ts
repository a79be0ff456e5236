import type { Approval } from '../../chaos/storm/journal';

/** What people did, and what struck them, apart from what the system under test believes. */
export class Journal {
  /** As reviewers gave them, noted before they were sent. */
  readonly approvals: Approval[] = [];
  /** Runs whose place another one took, which begins anew at `at`: nothing that was under way before arrives any more. Epoch milliseconds. */
  readonly resets: { customer: string; runId: string; at: number }[] = [];
  /** What Layers told a run then, the one that followed it could not know. Epoch milliseconds. */
  readonly forgotten: { from: number; to: number }[] = [];
  /** When each customer's post is to go out by now, by the clocks there: `YYYY-MM-DDTHH:MM`. */
  readonly postAt = new Map<string, string>();
  /** No plan allows it: the product, the model or these people have failed. */
  readonly problems: string[] = [];
  /** Somebody will never come to an end. */
  isHopeless = false;

  despair(why: string): void {
    this.problems.push(why);
    this.isHopeless = true;
  }
}
