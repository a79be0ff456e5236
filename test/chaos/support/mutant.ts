import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { leanBundle } from '../../../src/worker/workflowCode';

const ROOT = join(__dirname, '..', '..', '..');

/** One edit of the workflow code that would be a serious mistake. */
export interface Edit {
  file: string;
  replace: string;
  by: string;
}

export const newFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'layers-onboarding-mutant-')));

/** Bundles a copy of the workflow code with one edit, and returns the file. The sources stay as they are. */
export async function bundleMutant(folder: string, { file, replace, by }: Edit): Promise<string> {
  const source = join(folder, 'src');
  mkdirSync(source);
  for (const part of ['workflows', 'contract'])
    cpSync(join(ROOT, 'src', part), join(source, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const path = join(source, 'workflows', file);
  const before = readFileSync(path, 'utf8');
  if (before.split(replace).length !== 2) throw new Error(`${file} has to have this exactly once: ${replace}`);
  writeFileSync(path, before.replace(replace, by));
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(source, 'workflows', 'index.ts'),
    logger: new DefaultLogger('ERROR'),
    ...leanBundle,
  });
  const bundle = join(folder, 'workflow-bundle.js');
  writeFileSync(bundle, code);
  return bundle;
}
