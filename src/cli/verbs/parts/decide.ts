import { randomUUID } from 'node:crypto';
import { RefusedError } from '../../../client/errors';
import { decideReview } from '../../../client/messages';
import type { DecideReviewArgs } from '../../../contract/messages';
import type { ReviewStatus } from '../../../contract/status';
import type { Cli } from '../../cli';
import { UsageError } from '../../errors';
import { EXIT, type ExitCode } from '../../exitCodes';
import { act } from './act';
import { named, type NameFlags } from './named';

export interface DecideFlags extends NameFlags {
  by?: string;
  comment?: string;
  revision?: number;
}

const DONE = { approve: 'Approved', reject: 'Rejected', requestChanges: 'Asked for changes to' } as const;

/**
 * Decides a review: by default the revision that the status shows at this moment, so that a reviewer approves what could
 * be seen. One update id per command: however often the client sends it, the workflow takes one decision.
 */
export function decide(
  cli: Cli,
  customer: string,
  flags: DecideFlags,
  decision: DecideReviewArgs['decision'],
  more: (review: ReviewStatus) => Partial<DecideReviewArgs> = () => ({}),
): Promise<ExitCode> {
  return cli.withClient((client) =>
    act(cli, client, named(customer, flags), async ({ workflowId, status, commands }) => {
      const { review } = status;
      if (review === null) throw new RefusedError('NothingUnderReview', 'Nothing is under review yet.', []);
      const revision = flags.revision ?? review.revision;
      const reviewer = cli.who(flags.by);
      const args = { decision, reviewer, revision, ...(flags.comment === undefined ? {} : { comment: flags.comment }) };
      const updateId = `review-${revision}-${randomUUID()}`;
      await decideReview(client, { workflowId }, { ...args, ...more(review) }, { updateId });
      cli.io.out(`${DONE[decision]} round ${revision + 1} of ${status.customer.name} as ${reviewer}.`);
      cli.io.out(`Next: ${commands('watch')}`);
      return EXIT.ok;
    }),
  );
}

/** `--slides 2,4`: as people count them, from 1. In the message `index` counts the pictures of the preview from 0. */
export function slidesFrom(value: string, note: string, review: ReviewStatus): { index: number; note: string }[] {
  const count = review.preview?.imageUrls.length ?? 0;
  const numbers = value.split(',').map((part) => part.trim());
  for (const number of numbers) {
    if (!/^[1-9]\d*$/.test(number)) throw new UsageError(`--slides must be numbers like 2,4, not "${value}".`);
    if (count > 0 && Number(number) > count)
      throw new UsageError(`There is no slide ${number}: the post has ${count}.`);
  }
  return [...new Set(numbers)].map((number) => ({ index: Number(number) - 1, note }));
}
