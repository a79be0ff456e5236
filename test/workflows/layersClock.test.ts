import type { WorkflowHandle } from '@temporalio/client';
import type { Rule } from '../../src/sandbox';
import { effects, withStack } from '../support/environment';
import { FAST_WAITS } from '../support/inputs';
import { statusOf, stepOf, untilReview } from '../support/status';
import { bend, customerOf, existingProject, quickest, resetToBeginning } from '../support/steering';

/** Layers' clock may be wrong: by it, what this onboarding has made a moment ago was there before it began. */
describe('where Layers’ clock is wrong', () => {
  const stack = withStack();

  const archiving = () => quickest({ policy: { waits: FAST_WAITS, onCancel: 'archive' } });
  const behind: Rule = { action: { kind: 'form', createdAtShift: -5 } };
  const silentlyBehind: Rule = { action: { kind: 'form', createdAtShift: -5, dateShift: null } };
  const answerLost: Rule = {
    match: { method: 'POST', path: '^/v1/projects$' },
    times: 1,
    action: { kind: 'close', when: 'after' },
  };
  const once = (handle: WorkflowHandle): Promise<WorkflowHandle> => Promise.resolve(handle);
  const andReset = (handle: WorkflowHandle): Promise<WorkflowHandle> => resetToBeginning(stack, handle);

  it.concurrent.each([
    ['5 s', [behind], once],
    ['5 s, which no answer says', [silentlyBehind], once],
    ['5 s and the answer to its creation is lost', [behind, answerLost], once],
    ['5 s, which no answer says, and the answer to its creation is lost', [silentlyBehind, answerLost], once],
    ['5 s and a reset has made the onboarding forget it', [behind], andReset],
  ])(
    'behind by %s, the project that the onboarding has created is its own, and archived as asked',
    async (_, rules, then) => {
      const input = archiving();
      await bend(stack.sandbox, customerOf(input), ...rules);
      const first = await stack.start(input);
      await untilReview(first);
      const handle = await then(first);
      const status = await untilReview(handle);
      const [created] = effects(stack.sandbox, 'project.created', customerOf(input));
      expect(stepOf(status, 'project').fact).toBe(created!.id);

      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      expect((await statusOf(handle)).cleanup).toContainEqual({
        what: `archive the project ${created!.id}`,
        done: true,
      });
      expect(effects(stack.sandbox, 'project.archived', customerOf(input)).map(({ id }) => id)).toEqual([created!.id]);
    },
  );

  it.concurrent.each([
    ['behind', -5],
    ['ahead', 5],
  ])('%s by 5 s, a project that the partner had made before stays the partner’s', async (_, createdAtShift) => {
    const input = archiving();
    const projectId = await existingProject(stack.sandbox, input.project);
    // By the clocks of both it is older than the onboarding, and by a clock that is ahead it is not.
    stack.sandbox.state.projects[projectId]!.createdAt -= 3_000;
    await bend(stack.sandbox, customerOf(input), { action: { kind: 'form', createdAtShift } });
    const handle = await stack.start(input);
    expect(stepOf(await untilReview(handle), 'project').fact).toBe(`${projectId} (adopted)`);
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(effects(stack.sandbox, 'project.archived', customerOf(input))).toEqual([]);
  });
});
