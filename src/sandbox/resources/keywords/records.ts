import { fingerprint } from '../../format/ids';
import type { Core } from '../../world/core';
import type { Hashtag } from '../../world/state';

/** Lowest score that Layers keeps. */
const SCORE_FLOOR = 70;
const MOST_HASHTAGS = 24;
const TOO_COMMON = new Set([
  'that',
  'with',
  'from',
  'your',
  'this',
  'they',
  'them',
  'have',
  'when',
  'what',
  'never',
  'into',
  'actually',
]);

/** A bank made of the words of the project's own description, so that it looks on-brand and is always the same. */
export function researchKeywords(core: Core, projectId: string, at: number): void {
  const project = core.state.projects[projectId];
  const words = (project?.appDescription ?? '').toLowerCase().match(/\p{L}{4,}/gu) ?? [];
  const distinct = [...new Set(words.filter((word) => !TOO_COMMON.has(word)))];
  const phrases = distinct.flatMap((word, index) => {
    const next = distinct[index + 1];
    return next && index % 2 === 0 ? [`${word} ${next}`, word] : [word];
  });
  const hashtags: Hashtag[] = phrases.slice(0, MOST_HASHTAGS).map((phrase) => {
    const print = fingerprint(phrase);
    return {
      hashtag: `#${phrase.replaceAll(' ', '')}`,
      phrase,
      score: SCORE_FLOOR + (print % 30),
      viewCount: 10_000 + (print % 90_000_000),
      useCount: 100 + (print % 400_000),
    };
  });
  hashtags.sort((a, b) => b.score - a.score || b.viewCount - a.viewCount);
  core.state.banks[projectId] = { projectId, hashtags, refreshedAt: at };
  core.effect('keywords.refreshed', { id: projectId, projectId }, null, { hashtags: hashtags.length }, at);
}
