import { pino } from 'pino';
import { createGateway, type GatewayOptions } from '../../../src/gateway';
import { onboardingOf, signLink, type Link } from '../../../src/links';
import { FakeTemporal, FIRST_RUN, NOW, WORKFLOW } from './fakeTemporal';

export const SECRET = 'a secret of more than 32 characters!';
export const PUBLIC_URL = 'https://onboarding.example.com';

/** A gateway without a socket, in front of a Temporal that does as the test says. */
export function open(more: Partial<GatewayOptions> = {}) {
  const temporal = new FakeTemporal();
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const app = createGateway({
    client: temporal.client,
    secrets: [SECRET],
    publicUrl: PUBLIC_URL,
    webhookSecrets: ['whsec_test_secret'],
    log,
    now: () => NOW,
    ...more,
  });
  return { app, temporal, lines, logged: () => lines.join('') };
}
export type Opened = ReturnType<typeof open>;

export const tokenOf = (link: Partial<Link> = {}, secret = SECRET): string =>
  signLink(secret, {
    workflowId: WORKFLOW,
    onboarding: onboardingOf(FIRST_RUN),
    scope: 'decide',
    revision: 0,
    expiresAt: NOW + 86_400_000,
    ...link,
  });

/** A page with what it says, without its markup. */
export interface Seen {
  status: number;
  headers: Headers;
  html: string;
  text: string;
}

export async function seen(response: Response | Promise<Response>): Promise<Seen> {
  const { status, headers } = await response;
  const html = await (await response).text();
  const text = html
    .replace(/<(style|script|noscript)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
  return { status, headers, html, text };
}

export const get = async ({ app }: Opened, path: string, headers: Record<string, string> = {}): Promise<Seen> =>
  seen(app.request(path, { headers }));

export const post = async (
  { app }: Opened,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Seen> => seen(app.request(path, { method: 'POST', body: new URLSearchParams(fields), headers }));

/** The hidden fields of the (only) posted form of a page. */
export const hiddenFields = ({ html }: Seen): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );
