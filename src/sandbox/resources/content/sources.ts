import { fingerprint, sha256 } from '../../format/ids';
import type { Project } from '../../world/state';
import type { World } from '../../world/world';

const SLIDESHOWS = 12;
const VIDEOS = 4;

const AUTHORS = [
  '@morning.maren',
  '@fieldnotes.co',
  '@slowcupdaily',
  '@kitchen.hours',
  '@tinyhabitlab',
  '@nightshift.nia',
  '@runwithtom',
  '@desk.rituals',
];

const CAPTIONS = [
  (topic: string) => `5 things nobody tells you about ${topic}`,
  (topic: string) => `my ${topic} routine, slide by slide`,
  (topic: string) => `POV: you finally fixed your ${topic}`,
  (topic: string) => `${topic}: what I wish I knew a year ago`,
  (topic: string) => `stop overpaying for ${topic} (save this)`,
  (topic: string) => `a week of ${topic}, honestly`,
];

/** What remains the same whenever this TikTok id is asked about. Ids that begin with 74 are videos, all others slideshows. */
export interface Source {
  tiktokId: string;
  kind: 'slideshow' | 'video';
  imageCount: number | null;
}

/** A source as it is offered: what TikTok shows of it. */
export interface Candidate extends Source {
  thumbnailUrl: string;
  caption: string;
  author: string;
  stats: { views: number; likes: number; comments: number; shares: number };
}

export function sourceOf(tiktokId: string): Source {
  if (tiktokId.startsWith('74')) return { tiktokId, kind: 'video', imageCount: null };
  return { tiktokId, kind: 'slideshow', imageCount: 4 + (fingerprint(tiktokId) % 5) };
}

function tiktokIdOf(kind: 'slideshow' | 'video', seed: string): string {
  const digits = BigInt(`0x${sha256(seed).slice(0, 15)}`)
    .toString()
    .padStart(17, '0')
    .slice(-17);
  return (kind === 'video' ? '74' : '73') + digits;
}

/** What a project is offered: its portfolio, or with `keyword` what a live search finds. */
export function recommend(
  world: World,
  project: Project,
  wanted: 'slideshow' | 'video' | 'mixed',
  keyword: string | null,
): Candidate[] {
  const { portfolio } = world.core.config;
  if (keyword === null && portfolio === 'empty') return [];
  if (keyword === null && portfolio === 'after-keywords' && !world.core.state.banks[project.id]?.refreshedAt) return [];
  const topic = keyword ?? project.appName ?? project.name;
  const seed = keyword === null ? project.id : keyword.toLowerCase();
  const candidates = (kind: 'slideshow' | 'video', count: number) =>
    Array.from({ length: count }, (_, index) => candidate(world, kind, `${seed}/${kind}/${index}`, topic, index));
  const slideshows = wanted === 'video' ? [] : candidates('slideshow', SLIDESHOWS);
  const videos = wanted === 'slideshow' ? [] : candidates('video', VIDEOS);
  const first = slideshows[0];
  // Listed as a slideshow, refused as a source: what the platform shows can change after the research.
  if (first && portfolio === 'tricky') slideshows[0] = { ...first, tiktokId: tiktokIdOf('video', `${seed}/tricky`) };
  return [...slideshows, ...videos];
}

function candidate(world: World, kind: 'slideshow' | 'video', seed: string, topic: string, index: number): Candidate {
  const tiktokId = tiktokIdOf(kind, seed);
  const print = fingerprint(seed);
  const views = 20_000 + (print % 4_000_000);
  return {
    tiktokId,
    kind,
    thumbnailUrl: `${world.core.url}/media/sources/${tiktokId}.svg`,
    caption: CAPTIONS[index % CAPTIONS.length]?.(topic) ?? topic,
    author: AUTHORS[(print + index) % AUTHORS.length] ?? '@layers',
    stats: {
      views,
      likes: Math.round(views * 0.08),
      comments: Math.round(views * 0.004),
      shares: Math.round(views * 0.01),
    },
    imageCount: sourceOf(tiktokId).imageCount,
  };
}
