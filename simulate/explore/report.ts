import type { Refused } from '../judge/core';
import type { Explored } from './explore';
import type { Planted } from './planted';
import { storyOf } from './story';
import type { Verdict } from './verdict';

interface Judged {
  accepted: number;
  refused: readonly Refused[];
}

const count = (figure: number): string => figure.toLocaleString('en-US');

/** What was played and found; how a person plays the first world of each finding again. */
export function renderExplored(
  explored: Explored,
  judged: Judged | null,
  { json, cores }: { json: boolean; cores: number },
): string {
  const { worlds, onboardings, faulty, findings, tookMs } = explored;
  const aMinute = Math.round((onboardings * 60_000) / Math.max(tookMs, 1));
  if (json) {
    const core = judged === null ? {} : { core: judged };
    return `${JSON.stringify({ worlds, onboardings, faulty, findings, tookMs, onboardingsAMinute: aMinute, cores, ...core })}\n`;
  }
  const lines = [
    `${count(worlds)} worlds with ${count(onboardings)} onboardings in ${(tookMs / 1_000).toFixed(1)} s ` +
      `(${count(aMinute)} a minute on ${cores} ${cores === 1 ? 'core' : 'cores'}): ` +
      (faulty === 0 ? 'no fault.' : `${count(faulty)} with a fault.`),
    ...(judged === null
      ? []
      : [
          `The real Core replays ${count(judged.accepted)} of ${count(judged.accepted + judged.refused.length)} histories.`,
        ]),
    ...(judged?.refused ?? []).slice(0, 10).map(({ workflowId, reason }) => `✗ ${workflowId}: ${reason.slice(0, 300)}`),
  ];
  for (const { count: times, first } of findings)
    lines.push(
      '',
      `✗ ${first.what.split('\n')[0]!.slice(0, 400)}`,
      `  in ${count(times)} worlds; the first: ${first.command}`,
    );
  return `${lines.join('\n')}\n`;
}

/** One world: everything that happened in it, and then what matters of that. */
export function renderStory(verdict: Verdict): string {
  const story = storyOf(verdict);
  return `${[...verdict.trace, '', 'In short:', ...story.map((line) => `  ${line}`)].join('\n')}\n`;
}

export const renderPlanted = ({ name, foundBy, worlds, what, command, tookMs }: Planted): string =>
  foundBy === null
    ? `✗ ${name}: not found in ${count(worlds)} worlds\n`
    : `✓ ${name}: by ${foundBy}, ${count(worlds)} worlds, ${(tookMs / 1_000).toFixed(0)} s\n` +
      `    ${what!.split('\n')[0]!.slice(0, 200)}\n    ${command}\n`;
