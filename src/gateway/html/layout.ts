import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { relative } from '../http/address';
import { contentSecurityPolicy, type Sources } from '../http/headers';
import { ASSETS } from './assets';

export type Html = ReturnType<typeof html>;

export interface Page {
  title: string;
  body: Html;
  /** Whose page it is: the name of the customer. */
  customer?: string | null;
  sandbox?: boolean;
  /** Default 200. */
  status?: ContentfulStatusCode;
  /** Looks again every so many seconds: by script, or by reloading where scripts are off. */
  follow?: number;
  /** The script shows a page anew when this differs from what the browser has. Default: the title. */
  state?: string;
  sources?: Sources;
}

/** `asset`: the address of one, from where the page is. */
const documentOf = (
  { title, body, customer, sandbox, follow, state = title }: Page,
  asset: (path: string) => string,
): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${customer ? `${title} · ${customer}` : title}</title>
        <link rel="icon" href="${asset(ASSETS.icon.path)}" type="image/svg+xml" />
        <link rel="stylesheet" href="${asset(ASSETS.style.path)}" />
        <script src="${asset(ASSETS.script.path)}" defer></script>
        ${follow === undefined ? '' : html`<noscript><meta http-equiv="refresh" content="${follow}" /></noscript>`}
      </head>
      <body>
        <a class="skip" href="#content">To the content</a>
        <header class="wrap top">
          <strong dir="auto">${customer ?? 'Onboarding'}</strong>
          ${sandbox ? html`<span class="badge">Sandbox: nothing is really posted</span>` : ''}
        </header>
        <main
          class="wrap"
          id="content"
          data-state="${state}"
          ${follow === undefined ? '' : html`data-follow="${follow}"`}
        >
          ${body}
        </main>
        <footer class="wrap">This link is personal. Do not pass it on.</footer>
      </body>
    </html>`;

/** The answer to a request, with a policy that allows what this page shows and nothing else. */
export async function respond(context: Context, page: Page): Promise<Response> {
  context.header('Content-Security-Policy', contentSecurityPolicy(page.sources ?? {}));
  const asset = (path: string): string => relative(context, `/${path}`);
  return context.html(await documentOf(page, asset), page.status ?? 200);
}

/** A page that says one thing; the first paragraph stands out where there is a tone. */
export function messagePage(
  title: string,
  paragraphs: readonly (string | Html)[],
  more: Partial<Omit<Page, 'title' | 'body'>> & { tone?: 'good' | 'bad' | 'wait'; extra?: Html } = {},
): Page {
  const { tone, extra, ...rest } = more;
  const body = html`<div class="card">
    <h1>${title}</h1>
    ${paragraphs.map((text, index) =>
      index === 0 && tone !== undefined ? html`<div class="note ${tone}"><p>${text}</p></div>` : html`<p>${text}</p>`,
    )}
    ${extra ?? ''}
  </div>`;
  return { title, body, ...rest };
}
