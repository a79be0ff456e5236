import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';

export type WorkflowCode = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>;

/** In a build the workflows are bundled already, by the same SDK version; from source the worker bundles them itself. */
export function defaultWorkflowCode(): WorkflowCode {
  const codePath = join(__dirname, '../workflow-bundle.js');
  return existsSync(codePath) ? { workflowBundle: { codePath } } : { workflowsPath: require.resolve('../workflows') };
}
