import type { Local } from '../contract/activities';
import type { Mode } from '../contract/steps';
import { replaceStepInput, resolveTime, validateInput } from '../input';

export interface LocalDependencies {
  /** Whose API key this worker holds, as `GET /v1/whoami` said at start. */
  identity: () => { apiKeyId: string; mode: Mode };
  /** Whether this worker has a partner's backend to notify. */
  notifies: boolean;
}

/** What needs zod, time zones or the worker's identity, and no request: run as local activities. */
export function createLocal({ identity, notifies }: LocalDependencies): Local {
  return {
    async validateInput({ input, workflowId, now }) {
      const validated = validateInput(input, { workflowId, now });
      return 'problems' in validated ? validated : { valid: { ...validated, ...identity(), notifies } };
    },

    async replaceStepInput(args) {
      return replaceStepInput(args);
    },

    async resolveTime({ at, timezone, now }) {
      const resolved = resolveTime(at, timezone, now);
      return 'at' in resolved ? resolved : { problems: [{ path: 'at', message: resolved.problem }] };
    },
  };
}
