import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { ICON } from './icon';
import { SCRIPT } from './script';
import { STYLE } from './style';

const asset = (text: string, extension: string, type: string) => {
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 12);
  return { text, type, path: `assets/${hash}.${extension}` };
};

/** Named after their content, so that a browser keeps them and never has the wrong ones. */
export const ASSETS = {
  style: asset(STYLE, 'css', 'text/css; charset=utf-8'),
  icon: asset(ICON, 'svg', 'image/svg+xml'),
  script: asset(SCRIPT, 'js', 'text/javascript; charset=utf-8'),
};

/** Served from our own origin, which is the only one that a page may load styles and scripts from. */
export function assetRoutes(): Hono {
  const app = new Hono();
  for (const { text, type, path } of Object.values(ASSETS))
    app.get(`/${path}`, (context) =>
      context.body(text, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable' }),
    );
  return app;
}
