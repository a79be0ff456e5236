import type { ReviewDecision } from '../../contract/result';
import type { ReviewStatus } from '../../contract/status';

const PLATFORMS: Record<string, string> = { tiktok: 'TikTok', instagram: 'Instagram' };

export const platformName = (platform: string): string => PLATFORMS[platform] ?? platform;

/** `A`, `A and B`, `A, B and C`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** `@name`, whether or not it came with its sign. */
export const handle = (name: string): string => `@${name.replace(/^@/, '')}`;

const MADE: Record<ReviewDecision['decision'], string> = {
  approve: 'Approved',
  reject: 'Rejected',
  requestChanges: 'Changes asked for',
  expired: 'Nobody decided in time',
};

/** `Approved by Maria`. */
export const decided = ({ decision, reviewer }: ReviewDecision): string =>
  decision === 'expired' ? MADE.expired : `${MADE[decision]} by ${reviewer}`;

/** What becomes of the post at its time: `posted`, or handed to the account as a draft. */
export function deed({ targets }: ReviewStatus): { verb: string; done: string } {
  const modes = new Set(targets.map(({ mode }) => mode));
  return modes.size === 1 && modes.has('draft')
    ? { verb: 'deliver as a draft', done: 'delivered to the account as a draft' }
    : { verb: 'schedule', done: 'posted' };
}
