import { request, type IncomingHttpHeaders } from 'node:http';
import type { WorkflowHandle } from '@temporalio/client';
import { status as statusQuery } from '../../src/contract/messages';
import { signWebhook } from '../../src/layers/webhookSignature';
import { onboardingOf, signLink, type LinkScope } from '../../src/links';
import { hook, visit, type Visit } from '../arbitraries/requests';
import { LINK_SECRET, WEBHOOK_SECRET, type Stage } from '../stage/stage';
import { expectNoSecret, expectQuiet } from '../stage/wellbeing';
import { target } from './target';

interface Seen {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** By a socket, as nothing between would let it through. */
function ask(url: string, method: string, path: string, headers: Record<string, string>, body?: string): Promise<Seen> {
  const { hostname, port } = new URL(url);
  const safe = path.replace(/[^\x21-\x7e]/g, encodeURIComponent);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path: safe, headers, agent: false, timeout: 15_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('No answer within 15 s')));
    sent.on('error', reject);
    sent.end(body);
  });
}

interface Onboarding {
  workflowId: string;
  firstRunId: string;
}

async function onboardingAt(handle: WorkflowHandle): Promise<Onboarding> {
  const { workflowId, runId, raw } = await handle.describe();
  return { workflowId, firstRunId: raw.workflowExecutionInfo?.firstRunId || runId };
}

/** A link for an hour, to one of the onboardings that wait. */
const linkTo = ({ workflowId, firstRunId }: Onboarding, scope: LinkScope, revision?: number): string =>
  signLink(LINK_SECRET, {
    ...{ workflowId, onboarding: onboardingOf(firstRunId), scope, expiresAt: Date.now() + 3_600_000 },
    ...(revision !== undefined && { revision }),
  });

const NOBODY: Onboarding = { workflowId: 'onboard-nobody', firstRunId: 'none' };

const tokenFor = ({ of, scope, revision, cut }: Visit, onboarding: Onboarding): string => {
  const token = linkTo(of === 'waiting' ? onboarding : NOBODY, scope, revision);
  return token.slice(0, token.length - cut);
};

const hidden = (html: string): [string, string][] =>
  [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);

async function bodyOf({ body }: Visit, page: () => Promise<Seen>): Promise<{ type?: string; text?: string }> {
  if (body.as === 'none') return {};
  if (body.as === 'raw') return { ...(body.type && { type: body.type }), text: body.text };
  const sealed = body.sealed ? hidden((await page()).text) : [];
  const fields = [...sealed, ...body.fields].map(([name, value]): [string, string] => [name, value.toWellFormed()]);
  return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(fields).toString() };
}

/** The onboarding that visits are about, while it runs. */
const current = new WeakMap<Stage, { choice: WorkflowHandle; review: WorkflowHandle; consent: WorkflowHandle }>();

async function waitingOne(stage: Stage, wait: 'choice' | 'review' | 'consent'): Promise<WorkflowHandle> {
  const known = current.get(stage)?.[wait];
  if (known !== undefined && (await known.describe()).status.name === 'RUNNING') return known;
  const taken = await stage.waiting.take(wait);
  current.set(stage, { ...current.get(stage)!, [wait]: taken });
  return taken;
}

async function expectStillThere(stage: Stage, handle: WorkflowHandle): Promise<void> {
  await expectQuiet(handle);
  await stage.client.withDeadline(Date.now() + 10_000, () => handle.query(statusQuery));
  expectNoSecret('the log', stage.logged());
  const [rejection] = stage.unhandled();
  if (rejection !== undefined) throw new Error('A rejection was not handled', { cause: rejection });
}

function expectProper({ status, headers, text }: Seen): void {
  if (status >= 500 || status < 200) throw new Error(`${status}: ${text.slice(0, 300)}`);
  expectNoSecret('an answer', JSON.stringify(headers) + text);
  if (/<script>alert|href="javascript:|\u001b/i.test(text)) throw new Error('Foreign code or controls in a page');
}

export const gateway = target(
  'gateway',
  'every page and form, with links right and mangled, and bodies of any kind',
  20,
  visit,
  async (stage, one) => {
    const wait = one.page === 'c' ? 'consent' : one.scope === 'choose' ? 'choice' : 'review';
    const handle = await waitingOne(stage, wait);
    const { publicUrl } = stage.gateway;
    const onboarding = await onboardingAt(handle);
    const token = tokenFor(one, onboarding);
    const path = one.page === 'r' || one.page === 'c' ? `/${one.page}/${token}` : `/${one.page}`;
    const { type, text } = await bodyOf(one, () => ask(publicUrl, 'GET', `${path}?do=approve`, {}));
    const headers = { ...one.headers, ...(type !== undefined && { 'content-type': type }) };
    const carries = one.method === 'POST' || one.method === 'PUT';
    expectProper(
      await ask(publicUrl, one.method, `${path}${one.tail}${one.query}`, headers, carries ? text : undefined),
    );
    expectProper(await ask(publicUrl, 'GET', `/r/${linkTo(onboarding, 'view')}`, {}));
    await expectStillThere(stage, handle);
  },
);

export const webhooks = target(
  'webhooks',
  'webhooks signed and unsigned, with bodies of any kind',
  20,
  hook,
  async (stage, { signed, text, headers }) => {
    const handle = await waitingOne(stage, 'consent');
    const signature = {
      right: () => signWebhook(text, WEBHOOK_SECRET),
      wrong: () => signWebhook(text, 'whsec_of_somebody_else'),
      stale: () => signWebhook(`${text} `, WEBHOOK_SECRET).replace(/t=\d+/, 't=1'),
      garbage: () => 't=,v1=,,v1=zz',
      absent: () => null,
    }[signed]();
    const sent = {
      ...headers,
      'content-type': 'application/json',
      ...(signature !== null && { 'x-layers-signature': signature }),
    };
    const seen = await ask(stage.gateway.publicUrl, 'POST', '/webhooks/layers', sent, text);
    expectProper(seen);
    if (signed !== 'right' && seen.status < 400) throw new Error(`A ${signed} signature was taken: ${seen.status}`);
    await expectStillThere(stage, handle);
  },
);
