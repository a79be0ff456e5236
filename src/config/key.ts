import type { Mode } from '../contract/steps';

/** A test key is the sandbox; whatever is not clearly one counts as live, because it may bill and publish. */
export const keyMode = (apiKey: string): Mode => (apiKey.startsWith('lp_test_') ? 'sandbox' : 'live');

/** An API key as people may see it: kind and last four characters, `lp_test_…9f2c`. */
export function shownKey(apiKey: string): string {
  const [kind = 'lp_'] = /^lp_((test|live)_)?/.exec(apiKey) ?? [];
  const rest = apiKey.slice(kind.length);
  return `${kind}…${rest.length >= 12 ? rest.slice(-4) : ''}`; // of a short key four characters would be too many
}
