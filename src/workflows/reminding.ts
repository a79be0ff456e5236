import { condition } from '@temporalio/workflow';

export interface Deadline {
  /** Milliseconds from now. */
  deadlineMs: number;
  /** Milliseconds between reminders; `null`: nobody to remind. */
  remindEveryMs: number | null;
  remind: () => void;
  /** For the timers in the Web UI. */
  summary: string;
}

/** Waits for a person, reminding in between. `false` when the deadline passed first. */
export async function untilDeadline(
  answered: () => boolean,
  { deadlineMs, remindEveryMs, remind, summary }: Deadline,
): Promise<boolean> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const left = deadline - Date.now();
    if (answered()) return true;
    if (left <= 0) return false;
    const pause = Math.min(left, remindEveryMs ?? left);
    if (await condition(answered, pause, { summary })) return true;
    if (pause < left) remind();
  }
}
