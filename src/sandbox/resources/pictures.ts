import { Hono } from 'hono';
import { fingerprint } from '../format/ids';
import type { World } from '../world/world';
import { sourceOf } from './content/sources';

/** Portrait, as TikTok shows it; half the pixels, since these are vectors. */
const WIDTH = 540;
const HEIGHT = 960;
const LETTERS_PER_LINE = 16;

const escape = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < LETTERS_PER_LINE) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.slice(0, 6);
}

interface Drawing {
  /** Same seed, same colours. */
  seed: string;
  label: string;
  title: string;
  foot: string;
  /** Turned per slide, so that neighbours differ. */
  turn?: number;
  shape?: string;
}

function draw({ seed, label, title, foot, turn = 0, shape = '' }: Drawing): string {
  const hue = (fingerprint(seed) + turn * 47) % 360;
  const lines = wrap(title).map((line, index) => `<tspan x="48" dy="${index === 0 ? 0 : 58}">${escape(line)}</tspan>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>${escape(`${label}: ${title}`)}</title>
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl(${hue} 62% 46%)"/><stop offset="1" stop-color="hsl(${(hue + 50) % 360} 66% 24%)"/></linearGradient></defs>
<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#g)"/>
<circle cx="${120 + ((hue * 3) % 300)}" cy="${620 + (turn % 3) * 70}" r="170" fill="#fff" opacity=".1"/>${shape}
<g fill="#fff" font-family="system-ui,sans-serif"><text x="48" y="96" font-size="34" opacity=".85">${escape(label)}</text>
<text x="48" y="230" font-size="50" font-weight="700">${lines.join('')}</text>
<text x="48" y="${HEIGHT - 56}" font-size="28" opacity=".85">${escape(foot)}</text></g></svg>`;
}

const SLIDE_LINES = [
  'Wait for it',
  'The problem',
  'What I tried',
  'What changed',
  'Why it works',
  'The small print',
  'Before and after',
  'Your turn',
];
const FACE =
  '<circle cx="270" cy="470" r="100" fill="#fff" opacity=".9"/><path d="M110 850c0-140 70-250 160-250s160 110 160 250z" fill="#fff" opacity=".9"/>';

/** Without a key: a browser shows them. */
export function mediaRoutes(world: World): Hono {
  const svg = (body: string) =>
    new Response(body, { headers: { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'public, max-age=86400' } });
  const id = (file: string) => file.replace(/\.svg$/, '');
  return new Hono()
    .get('/sources/:file', ({ req }) => {
      const tiktokId = id(req.param('file'));
      const { kind, imageCount } = sourceOf(tiktokId);
      const foot = imageCount === null ? kind : `${imageCount} slides`;
      return svg(draw({ seed: tiktokId, label: 'TikTok source', title: `A ${kind} worth remixing`, foot }));
    })
    .get('/influencers/:file', (context) => {
      const influencer = world.core.state.influencers[id(context.req.param('file'))];
      if (!influencer) return context.notFound();
      const foot = [influencer.gender, influencer.ageRange, influencer.prompt].filter(Boolean).join(' · ');
      return svg(draw({ seed: influencer.id, label: 'Influencer', title: influencer.name, foot, shape: FACE }));
    })
    .get('/content/:containerId/:file', (context) => {
      const container = world.core.state.containers[context.req.param('containerId')];
      const slide = Number(id(context.req.param('file')));
      if (!container || !(slide >= 1 && slide <= container.assetIds.length)) return context.notFound();
      const project = world.core.state.projects[container.projectId];
      const brand = project?.appName ?? project?.name ?? 'Brand';
      const last = slide === container.assetIds.length;
      const title = last ? (project?.tagline ?? `Try ${brand}`) : (SLIDE_LINES[(slide - 1) % SLIDE_LINES.length] ?? '');
      const label = `${brand} · ${slide}/${container.assetIds.length}`;
      const foot = container.sourceTiktokId ? `remix of ${container.sourceTiktokId}` : 'from your hook';
      return svg(draw({ seed: container.id, label, title, foot, turn: slide }));
    });
}
