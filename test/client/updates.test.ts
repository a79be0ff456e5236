import { executeUpdate, type Updatable } from '../../src/client/updates';
import { translated, UnreachableError } from '../../src/client/errors';
import { resolveStep } from '../../src/client/messages';
import { resolveStep as definition } from '../../src/contract/messages';
import { withStack } from '../support/environment';
import { acmeCoffee } from '../support/inputs';
import { failureOf, untilBlocked } from '../support/status';

const refused = (details: string): Error => Object.assign(new Error(details), { code: 9, details, metadata: {} });
const TASK_FAILED = 'Unable to perform workflow execution update due to unexpected workflow task failure.';
const ABORT = { step: 'media', action: 'abort', operator: 'omar' } as const;

/** A handle whose server answers so, one after the other; the last answer stays. */
function answering(...errors: (Error | null)[]) {
  const ids: string[] = [];
  const handle = {
    executeUpdate: async (_: unknown, { updateId }: { updateId: string }) => {
      const error = errors[Math.min(ids.push(updateId), errors.length) - 1];
      if (error) throw error;
    },
  };
  return { handle: handle as Updatable, ids };
}

describe('an update whose workflow task the server has thrown away', () => {
  it('is sent again under the same id', async () => {
    const { handle, ids } = answering(refused(TASK_FAILED), refused(TASK_FAILED), null);
    await executeUpdate(handle, definition, ABORT, 'resolve-1');
    expect(ids).toEqual(['resolve-1', 'resolve-1', 'resolve-1']);
  });

  it('is given up where that goes on, and can be sent later', async () => {
    const { handle, ids } = answering(refused(TASK_FAILED));
    const error: unknown = await executeUpdate(handle, definition, ABORT, 'resolve-1').catch(
      (thrown: unknown) => thrown,
    );
    expect(ids.length).toBeLessThan(10);
    expect(translated(error)).toBeInstanceOf(UnreachableError);
  });

  it.each([
    ['a run that takes no more', refused('The limit on the total number of distinct updates has been reached')],
    ['anything else', new Error('whatever')],
  ])('is not what %s means', async (_, error) => {
    const { handle, ids } = answering(error);
    await expect(executeUpdate(handle, definition, ABORT, 'resolve-1')).rejects.toBe(error);
    expect(ids).toHaveLength(1);
    expect(translated(error)).toBe(error);
  });
});

/** The server refuses about every sixth of these: other steps of the onboarding are being reported when it ends. */
describe('an abort while other steps report', () => {
  const stack = withStack();

  it.concurrent.each(Array.from({ length: 24 }, (_, index) => index))(
    'is taken at the first call: %i',
    async (index) => {
      const input = acmeCoffee({ appMedia: [{ kind: 'logo', url: 'https://cdn.acmecoffee.com/logo.png?status=404' }] });
      const handle = await stack.start(input);
      await untilBlocked(handle, 'media');
      await new Promise((resolve) => setTimeout(resolve, index * 25));
      await resolveStep(stack.client, { workflowId: handle.workflowId }, ABORT);
      expect(await failureOf(handle.result())).toMatchObject({ type: 'Aborted' });
    },
  );
});
