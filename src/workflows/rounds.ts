import type { Run } from './run';
import { readyInfluencer } from './steps/influencer';

/**
 * After a request for changes: the next revision, with new keys. A source or persona that the reviewer named is in the
 * plan by now; with neither, the next unused candidate is taken.
 */
export async function nextRound(run: Run): Promise<void> {
  const { verdict, source, wishes } = run;
  const { scheduleAt: _scheduleAt, ...decision } = verdict!;
  run.earlier.push(decision);
  if (run.container !== null) run.earlierContainers.add(run.container.containerId);
  run.revision += 1;
  run.wishes = { source: false, influencer: false };
  if (wishes.influencer) {
    run.dropInfluencer();
    await readyInfluencer(run);
  }
  // Another persona alone may show the same slides; anything else is another post.
  if (wishes.influencer && !wishes.source) return;
  if (source !== null) run.usedSources.add(source.tiktokVideoId);
  run.source = null;
  if (wishes.source) run.candidates = [];
  else if (run.plan.source.use === 'named')
    run.plan = { ...run.plan, source: { use: 'discover', keyword: null, pick: 'first' } };
}
