import type { UpdateDefinition } from '@temporalio/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { grpcError, isTaskFailure } from './errors';

/** Pauses between the tries. The task is done again at once; three times in a row something is reported in that moment only by chance. */
const PAUSES_MS = [50, 200, 500, 1_000, 2_000];

/** As much of a handle as an update needs. */
export interface Updatable {
  executeUpdate<Ret, Arg>(
    definition: UpdateDefinition<Ret, [Arg]>,
    options: { args: [Arg]; updateId: string },
  ): Promise<Ret>;
}

/**
 * Sends an update, and again where the server could not finish the workflow task that took it: one that ends the onboarding
 * is refused where anything is reported to it in that moment. Nothing has come of it then, and under the same id it counts once.
 */
export async function executeUpdate<Ret, Arg>(
  handle: Updatable,
  definition: UpdateDefinition<Ret, [Arg]>,
  arg: Arg,
  updateId: string,
): Promise<Ret> {
  for (const pauseMs of PAUSES_MS)
    try {
      return await handle.executeUpdate(definition, { args: [arg], updateId });
    } catch (error) {
      if (!isTaskFailure(grpcError(error))) throw error;
      await sleep(pauseMs);
    }

  return await handle.executeUpdate(definition, { args: [arg], updateId });
}
