import type { Context } from 'hono';
import { verifyLink, type Link, type LinkScope } from '../links';
import type { Buckets, Gathered, Recent } from './bounds';
import { respond, type Page } from './html/layout';
import {
  expiredLinkPage,
  forbiddenPage,
  foreignFormPage,
  tooOftenPage,
  unknownLinkPage,
  unreadableFormPage,
} from './html/messages';
import { openForm, isCrossSite, fieldsOf, type Fields, type FormSubject } from './http/sealedForm';
import type { Look } from './onboardings/look';
import type { GatewayOptions } from './options';

/** What every route works with. */
export interface Deps extends Required<Omit<GatewayOptions, 'assetHosts'>> {
  assetHosts?: readonly string[];
  look: Look;
  /** Warnings that strangers can cause. */
  warnings: Gathered;
  /** Updates that each link may send. */
  answers: Buckets;
  /** Consent pages that each link may ask for. */
  departures: Buckets;
  /** Names of accounts that webhooks told of, by their ids: shown to whoever connected them, and kept nowhere else. */
  accountNames: Recent<string>;
  /** Forms whose sender was given the link of the next round. */
  ledOn: Recent;
}

/** A request that may go on. `token` is the link as it stands in the address. */
export interface Admitted {
  token: string;
  link: Link;
}

/** An answer instead of what was asked for. */
export class Refusal {
  constructor(readonly response: Promise<Response>) {}
}

/** Checks the link of a request. What is logged of a refused one tells what happened, and never the token. */
export function admit(context: Context, deps: Deps, scopes: readonly LinkScope[]): Admitted | Refusal {
  const token = context.req.param('token') ?? '';
  const verified = verifyLink(deps.secrets, token, deps.now());
  const refuse = (reason: string, page: Page): Refusal => {
    deps.warnings.warn('link refused', { reason, method: context.req.method, status: page.status });
    return new Refusal(respond(context, page));
  };
  if (verified.state === 'forged') return refuse('forged', unknownLinkPage());
  const { link } = verified;
  if (!scopes.includes(link.scope)) return refuse(`scope ${link.scope}`, unknownLinkPage());
  if (verified.state === 'expired') return refuse('expired', expiredLinkPage());
  return { token, link };
}

export interface Posted extends Admitted {
  fields: Fields;
  form: FormSubject;
}

/** Checks a posted form as well: it must come from a page that was made here for this link. */
export async function admitPost(context: Context, deps: Deps, scopes: readonly LinkScope[]): Promise<Posted | Refusal> {
  const admitted = admit(context, deps, scopes);
  if (admitted instanceof Refusal) return admitted;
  const { token, link } = admitted;
  const refuse = (reason: string, page: Page): Refusal => {
    deps.warnings.warn('form refused', { reason, workflowId: link.workflowId });
    return new Refusal(respond(context, page));
  };
  if (link.scope === 'view') return refuse('a link to view', forbiddenPage());
  if (isCrossSite(context, deps.publicUrl)) return refuse('another site', foreignFormPage());
  const fields = await fieldsOf(context);
  if (fields === null) return refuse('not readable', unreadableFormPage());
  const form = openForm(deps.secrets, token, fields['form'] ?? '');
  return form === null ? refuse('a foreign form', foreignFormPage()) : { token, link, fields, form };
}

/** Takes one out of the bucket of a link; where it is empty, the page that says when to try again. */
export function tooOften(context: Context, deps: Deps, bucket: Buckets, token: string): Promise<Response> | null {
  const waitMs = bucket.take(token);
  if (waitMs === 0) return null;
  deps.warnings.warn('form refused', { reason: 'too often' });
  context.header('Retry-After', String(Math.ceil(waitMs / 1000)));
  return respond(context, tooOftenPage(waitMs));
}
