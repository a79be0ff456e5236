import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleOptions, WorkerOptions } from '@temporalio/worker';

export type WorkflowCode = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'bundlerOptions'>;

/** How workflow code is bundled: without webpack's remarks on every module, which would be loaded a thousand times. */
export const leanBundle: Pick<BundleOptions, 'webpackConfigHook'> = {
  webpackConfigHook: (config) => ({ ...config, output: { ...config.output, pathinfo: false } }),
};

/** In a build the workflows are bundled already, by the same SDK version; from source the worker bundles them itself. */
export function defaultWorkflowCode(): WorkflowCode {
  const codePath = join(__dirname, '../workflow-bundle.js');
  return existsSync(codePath)
    ? { workflowBundle: { codePath } }
    : { workflowsPath: require.resolve('../workflows'), bundlerOptions: leanBundle };
}
