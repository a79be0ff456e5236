import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { parseWorkflowCode } from '@temporalio/worker/lib/worker';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared';
import { leanBundle } from '../../src/worker/workflowCode';

/** Activities that run within a workflow task: workflow code asks whether its worker has them. */
const LOCAL_ACTIVITIES = new Set(['validateInput', 'replaceStepInput', 'resolveTime', 'wasRejected', 'wasReset']);

/** The workflows, as a worker from source bundles them. Takes some seconds, so it is to be done once. */
export async function bundleWorkflows(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../../src/workflows'),
    logger: new DefaultLogger('ERROR'),
    ...leanBundle,
  });
  return code;
}

/** Loads a bundle into one context for all workflows of this process, however many worlds they live in. */
export async function loadWorkflows(code: string): Promise<ReusableVMWorkflowCreator> {
  // A time limit would cost a thread for each call into the context, and half of all time.
  const noTimeLimit = undefined as never;
  const bundle = parseWorkflowCode(code, '/workflow-bundle.js');
  const creator = await ReusableVMWorkflowCreator.create(bundle, noTimeLimit, LOCAL_ACTIVITIES);
  // Stack traces of every promise are for people who debug.
  (globalHandlers as unknown as { stopPromiseHook(): void }).stopPromiseHook();
  return creator as ReusableVMWorkflowCreator;
}
