import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleOptions, WorkerOptions } from '@temporalio/worker';
import { dataConverter } from '../temporal/dataConverter';

export type WorkflowCode = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'bundlerOptions'>;

/** The SDK's rule for TypeScript, as far as it is of interest here. */
interface SwcRule {
  use?: { options?: { jsc?: object; minify?: boolean } };
}

/** Code without comments and blanks, under the names that it was written with. */
const PLAIN = { compress: false, mangle: false, format: { comments: false } };

/**
 * How workflow code is bundled: every cached workflow loads the bundle once more, so our comments and webpack's remarks on
 * each module stay out of it.
 */
export const leanBundle: Pick<BundleOptions, 'webpackConfigHook' | 'preloadModules' | 'payloadConverterPath'> = {
  ...dataConverter,
  // They keep no state, so that all workflows of a worker share one copy.
  preloadModules: ['@temporalio/common', 'uuid'],
  webpackConfigHook: (config) => {
    for (const { use } of (config.module?.rules ?? []) as SwcRule[])
      if (use?.options?.jsc !== undefined)
        Object.assign(use.options, { minify: true, jsc: { ...use.options.jsc, minify: PLAIN } });
    return { ...config, output: { ...config.output, pathinfo: false } };
  },
};

/** In a build the workflows are bundled already, by the same SDK version; from source the worker bundles them itself. */
export function defaultWorkflowCode(): WorkflowCode {
  const codePath = join(__dirname, '../workflow-bundle.js');
  return existsSync(codePath)
    ? { workflowBundle: { codePath } }
    : { workflowsPath: require.resolve('../workflows'), bundlerOptions: leanBundle };
}
