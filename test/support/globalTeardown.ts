import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

export default async function globalTeardown(): Promise<void> {
  await globalThis.temporalDevServer?.stop();
  const bundle = process.env.TEST_WORKFLOW_BUNDLE;
  if (bundle !== undefined) rmSync(dirname(bundle), { recursive: true, force: true });
}
