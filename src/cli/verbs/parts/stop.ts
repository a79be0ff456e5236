import type { OnboardingStatus } from '../../../contract/status';
import { STEP_TABLE } from '../../../contract/steps';
import type { Cli } from '../../cli';
import { UsageError } from '../../errors';

/** What a cancel or an abort will take back, in the order of what it costs. */
export function whatStoppingDoes({ ids, steps }: OnboardingStatus): string[] {
  const posts = ids.scheduledPostIds ?? [];
  const jobs = steps.filter(
    ({ step, state }) => STEP_TABLE[step].waitsOn === 'job' && (state === 'running' || state === 'waiting'),
  );
  return [
    ...posts.map((post) => `the scheduled post ${post} is cancelled`),
    ...jobs.map(({ step }) => `a job that Layers runs for the step ${step} is cancelled`),
    ...(ids.projectId === undefined
      ? []
      : [
          `the project ${ids.projectId} is kept, unless the input says "onCancel": "archive" and this onboarding created it`,
        ]),
    'nothing is posted, and completed steps stay at Layers as they are',
  ];
}

/** Says what will happen and asks; without a person to ask, `--yes` has to say it. */
export async function confirmed(
  cli: Cli,
  what: string,
  consequences: readonly string[],
  yes: boolean,
): Promise<boolean> {
  const { io } = cli;
  io.err(`${what}:`);
  for (const consequence of consequences) io.err(`  - ${consequence}`);
  if (yes) return true;
  if (!io.interactive) throw new UsageError('There is no terminal to ask: confirm with --yes.');
  return io.confirm('Go ahead?');
}
