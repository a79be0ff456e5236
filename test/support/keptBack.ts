import type { WorkflowHandle } from '@temporalio/client';
import type { OnboardingInput } from '../../src/contract/input';
import type { Rule, Sandbox } from '../../src/sandbox';
import type { Container } from '../../src/sandbox/world/state';
import { requests, until, type Stack } from './environment';
import { approve } from './people';
import { untilBlocked, untilReview } from './status';
import { bend, customerOf, stopFault, withAccounts } from './steering';

/** What stands between a post that Layers keeps back and its release. */
export interface Obstacle {
  /** The one with the id ends when the obstacle is taken away. */
  rules: (id: string) => Rule[];
  untilMet: (sandbox: Sandbox, handle: WorkflowHandle, container: Container) => Promise<unknown>;
}

const APPROVE = { method: 'POST', path: '/approve$' };
const SCHEDULE = { method: 'POST', path: '/schedule$' };
const refusal = (status: number, code: string) => ({ kind: 'answer', status, code, store: 'none' }) as const;
const untilScheduleBlocks: Obstacle['untilMet'] = (_, handle) => untilBlocked(handle, 'schedule');

/** The API key may not approve, so the step blocks. */
export const APPROVAL_REFUSED: Obstacle = {
  rules: (id) => [{ id, match: APPROVE, action: refusal(403, 'FORBIDDEN_SCOPE') }],
  untilMet: untilScheduleBlocks,
};

/** The answer that says so is lost, and the step blocks by another one: the onboarding has not heard of the post. */
export const ANSWER_LOST: Obstacle = {
  rules: (id) => [
    { match: SCHEDULE, times: 1, action: { kind: 'close', when: 'after' } },
    { id, match: SCHEDULE, after: 1, action: refusal(401, 'UNAUTHENTICATED') },
  ],
  untilMet: untilScheduleBlocks,
};

/** The approval is on its way, and arrives only when the obstacle is taken away. */
export const APPROVAL_UNDER_WAY: Obstacle = {
  rules: (id) => [{ id, match: APPROVE, times: 1, action: { kind: 'hold' } }],
  untilMet: (sandbox, _, { id }) =>
    until(async () =>
      requests(sandbox, 'POST', /approve$/).some(({ path, wire }) => path.includes(id) && wire === 'open'),
    ),
};

export interface KeptBack {
  input: OnboardingInput;
  accounts: string[];
  handle: WorkflowHandle;
  container: Container;
  mend: () => Promise<void>;
}

/**
 * An onboarding whose post Layers keeps back until the content is approved there as well, since a gate came up at Layers
 * after the review here; it has met the obstacle, which `mend` takes away.
 */
export async function keptBack(
  stack: Stack,
  { rules, untilMet }: Obstacle,
  more: { accounts?: number; input?: Partial<OnboardingInput> } = {},
): Promise<KeptBack> {
  const { sandbox } = stack;
  const { input, accounts } = await withAccounts(sandbox, more.input, { count: more.accounts });
  const id = `obstacle-${customerOf(input)}`;
  await bend(sandbox, customerOf(input), ...rules(id));
  const handle = await stack.start(input);
  const { ids } = await untilReview(handle);
  const container = sandbox.state.containers[ids.containerId!]!;
  container.approvalStatus = 'pending';
  await approve(handle);
  await untilMet(sandbox, handle, container);
  return { input, accounts, handle, container, mend: () => stopFault(sandbox, id) };
}
