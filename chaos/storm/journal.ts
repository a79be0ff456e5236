import type { Point, StrikeKind } from '../plan/points';

/** A strike, as it happened. Times are epoch milliseconds of this machine, which is the server's as well. */
export interface StrikeRecord {
  kind: StrikeKind;
  /** From this moment on the struck process did nothing. */
  from: number;
  /** By this moment the answers that were let go had left Layers. */
  to: number;
  /** When something ran again in its place; `null` for a reset. */
  runningAt: number | null;
  /** Told to a waiting onboarding while nothing ran: by this its wake-up is measured. */
  nudged: string[];
}

/** An approval as the reviewer gave it, noted before it was sent. */
export interface Approval {
  customer: string;
  containerId: string;
  at: number;
}

export interface Reset {
  customer: string;
  /** The run that was reset; another one took its place. */
  runId: string;
  /** Just before it was asked for, and when it was done: epoch milliseconds. */
  from: number;
  at: number;
  /** What it was to find the onboarding doing. */
  point: Point;
}

/** A rule that leaves no trace in a request, with how often it matched: webhooks and consents. */
export interface SilentRule {
  id: string;
  matches: number;
}

/** What people and strikes did, apart from what the system under test believes. */
export class Journal {
  readonly strikes: StrikeRecord[] = [];
  readonly approvals: Approval[] = [];
  readonly resets: Reset[] = [];
  /** Onboardings whose own clock was moved on: since then its times are not this machine's. */
  readonly skips: { customer: string; at: number }[] = [];
  /** What went wrong in the harness itself. */
  readonly troubles: string[] = [];
}
