import { Hono } from 'hono';
import { html } from 'hono/html';
import type { World } from '../../world/world';
import { allow, deny } from './consents';

const NAMES = { tiktok: 'TikTok', instagram: 'Instagram' };

/**
 * Where `authorizeUrl` leads. A browser shows two buttons; a program posts the same form: `state`, `decision=allow|deny` and
 * an optional `handle`. Back at the partner nothing is added on success, and `layers_oauth_error` on failure.
 */
export function consentPages(world: World): Hono {
  const find = (state: string | undefined) => {
    const minted = world.core.state.oauthStates[state ?? ''];
    return minted?.status === 'pending' && minted.expiresAt > world.core.now() ? minted : null;
  };
  return new Hono()
    .get('/authorize', (context) => {
      const minted = find(context.req.query('state'));
      if (!minted) return context.html(gone(), 410);
      const brand = world.core.state.projects[minted.projectId]?.appName ?? 'this brand';
      return context.html(form(minted.state, NAMES[minted.platform], brand));
    })
    .post('/authorize', async (context) => {
      const { state, decision, handle } = await context.req.parseBody<Record<string, string>>();
      const minted = find(state);
      if (!minted) return context.html(gone(), 410);
      if (decision !== 'allow' && decision !== 'deny') return context.text('decision: must be allow or deny', 422);
      const refusal =
        decision === 'deny' ? 'access_denied' : world.faults.onConsent(customerOf(world, minted.projectId));
      const back = new URL(minted.returnUrl);
      if (refusal === null) allow(world, minted, handle || null);
      else {
        deny(world, minted, refusal);
        back.searchParams.set('layers_oauth_error', refusal);
      }
      return context.redirect(back.href, 303);
    });
}

const customerOf = (world: World, projectId: string) =>
  world.core.state.projects[projectId]?.customerExternalId ?? null;

const shell = (title: string, body: ReturnType<typeof html>) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          body {
            font:
              16px/1.5 system-ui,
              sans-serif;
            max-width: 26rem;
            margin: 12vh auto;
            padding: 0 1rem;
            color: #1c1c1e;
          }
          .note {
            color: #6b4e00;
            background: #fff4d6;
            padding: 0.5rem 0.75rem;
            border-radius: 8px;
          }
          button {
            font: inherit;
            padding: 0.7rem 1.4rem;
            border-radius: 8px;
            border: 1px solid #1c1c1e;
            background: #fff;
          }
          button[value='allow'] {
            background: #1c1c1e;
            color: #fff;
          }
        </style>
      </head>
      <body>
        <p class="note">Layers sandbox: nothing here is real.</p>
        ${body}
      </body>
    </html>`;

const form = (state: string, platform: string, brand: string) =>
  shell(
    `Connect ${platform}`,
    html`<h1>Connect ${platform}</h1>
      <p>Let Layers publish to your ${platform} account for <strong>${brand}</strong>?</p>
      <form method="post" action="/oauth/authorize">
        <input type="hidden" name="state" value="${state}" />
        <button name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Deny</button>
      </form>`,
  );

const gone = () =>
  shell(
    'Link expired',
    html`<h1>This link has expired</h1>
      <p>It was used already, or it is older than ten minutes. Ask for a new one where you got it.</p>`,
  );
