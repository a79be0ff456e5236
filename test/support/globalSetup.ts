import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { leanBundle } from '../../src/worker/workflowCode';
import { startDevServer, type DevServer } from '../../src/temporal/devServer';

declare global {
  var temporalDevServer: DevServer | undefined;
}

/** One real Temporal server and one workflow bundle for the whole suite. */
export default async function globalSetup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'layers-onboarding-test-'));
  const [server, { code }] = await Promise.all([
    startDevServer({ headless: true, timeSkipping: true, log: (line) => process.stderr.write(`${line}\n`) }),
    bundleWorkflowCode({
      workflowsPath: require.resolve('../../src/workflows'),
      logger: new DefaultLogger('WARN'),
      ...leanBundle,
    }),
  ]);
  const bundle = join(folder, 'workflow-bundle.js');
  writeFileSync(bundle, code);
  globalThis.temporalDevServer = server;
  process.env.TEST_TEMPORAL_ADDRESS = server.address;
  process.env.TEST_WORKFLOW_BUNDLE = bundle;
}
