import { ApiError, notFound } from '../format/errors';
import { derivedId } from '../format/ids';
import type { Core } from '../world/core';
import type { KeyOptions } from '../world/options';

/** The key behind a request and the organization it acts for. */
export interface Caller {
  apiKeyId: string;
  organizationId: string;
  parentOrganizationId: string | null;
  scopes: string[];
  /** `null`: every https host. */
  returnHosts: string[] | null;
  killed: boolean;
  ownerEmail: string;
}

const refuse = (message: string) => new ApiError(401, 'UNAUTHENTICATED', message);

/**
 * Only `Authorization: Bearer` counts, in this very case: HTTP would take `bearer` as well, but the API documents one form, and a
 * partner who sends another relies on what nobody promised. Keys that no option registers belong to the organization named by their first part:
 * `lp_test_acme_1` and `lp_test_acme_2` are two keys of one organization, so that a rotation can be played.
 */
export function authenticate(core: Core, headers: Headers): Caller {
  const key = /^Bearer +(\S+)$/.exec(headers.get('authorization') ?? '')?.[1];
  if (!key) throw refuse('Send the API key as "Authorization: Bearer lp_…".');
  const options = core.config.keys ? core.config.keys.find((known) => known.key === key) : { key };
  if (!options || (!core.config.keys && !/^lp_test_\w/.test(key))) throw refuse('The API key is not valid.');
  const caller = callerOf(core, options);
  const changed = core.state.keys[caller.apiKeyId];
  if (changed?.revoked ?? options.revoked) throw refuse('The API key has been rotated away.');
  return actFor(core, caller, headers.get('x-layers-organization'));
}

export function callerOf(core: Core, options: KeyOptions): Caller {
  const owner = options.key.replace(/^lp_(test|live)_/, '').split('_')[0] || options.key;
  const apiKeyId = options.apiKeyId ?? derivedId('key', options.key);
  const changed = core.state.keys[apiKeyId];
  return {
    apiKeyId,
    organizationId: options.organizationId ?? derivedId('org', owner),
    parentOrganizationId: null,
    scopes: changed?.scopes ?? options.scopes ?? ['*', 'org:admin'],
    returnHosts: options.returnHosts ?? null,
    killed: changed?.killed ?? options.killed ?? false,
    ownerEmail: options.ownerEmail ?? 'owner@example.com',
  };
}

/** `X-Layers-Organization`: a parent key with `org:admin` acts for a child, which comes into being by that. */
function actFor(core: Core, caller: Caller, child: string | null): Caller {
  if (!child || child === caller.organizationId) {
    core.organization(caller.organizationId);
    return caller;
  }
  if (!caller.scopes.includes('org:admin')) throw scopeMissing('org:admin');
  const known = core.state.organizations[child];
  if (!/^org_[\w-]{1,64}$/.test(child) || (known && known.parentId !== caller.organizationId))
    throw notFound('Organization');
  core.organization(child, caller.organizationId);
  return { ...caller, organizationId: child, parentOrganizationId: caller.organizationId };
}

/** Deny by default; `*` stands for every data scope, never for `org:admin`. */
export function requireScope(caller: Caller, scope: string | null): void {
  if (!scope || caller.scopes.includes(scope)) return;
  if (scope !== 'org:admin' && caller.scopes.includes('*')) return;
  throw scopeMissing(scope);
}

const scopeMissing = (scope: string) =>
  new ApiError(403, 'FORBIDDEN_SCOPE', `The API key lacks the scope ${scope}.`, { requiredScope: scope });

export const killSwitch = (scope: 'key' | 'organization'): ApiError =>
  new ApiError(503, 'KILL_SWITCH', 'Access to the API is suspended.', { scope });
