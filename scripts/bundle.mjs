// After `tsc`: one file with all workflow code, so that a worker in production starts without webpack.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { bundleWorkflowCode, DefaultLogger } = require('@temporalio/worker');
const { leanBundle } = require('../dist/worker/workflowCode.js');
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../dist/workflows/index.js', import.meta.url)),
  logger: new DefaultLogger('WARN'),
  ...leanBundle,
});
const target = new URL('../dist/workflow-bundle.js', import.meta.url);
await writeFile(target, code);
process.stderr.write(`dist/workflow-bundle.js: ${(code.length / 1e6).toFixed(2)} MB\n`);
