import type { ReviewStatus } from '../../../contract/status';

/** What becomes of the post at its time: `posted`, or handed to the account as a draft. */
export function deed({ targets }: ReviewStatus): { verb: string; done: string } {
  const modes = new Set(targets.map(({ mode }) => mode));
  return modes.size === 1 && modes.has('draft')
    ? { verb: 'deliver as a draft', done: 'delivered to the account as a draft' }
    : { verb: 'schedule', done: 'posted' };
}
