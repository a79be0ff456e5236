import { CATALOGUE, type ErrorCode } from '../contract/catalogue';
import { detail, fieldProblems, type Refusal } from './refusal';

/** `who said what` in one plain sentence per code, with the figures and names of this very refusal in it. */
export function causeOf(code: ErrorCode, refusal: Refusal): string {
  switch (code) {
    case 'BILLING_EXHAUSTED': {
      const required = detail(refusal, 'required');
      const available = detail(refusal, 'available');
      if (required === null || available === null) break;
      return `The Layers wallet has ${available} credits; this needs ${required}.`;
    }
    case 'VALIDATION':
    case 'VALIDATION_FAILED': {
      const problems = fieldProblems(refusal).map(({ field, message }) => `${field || 'the body'}: ${message}`);
      if (problems.length === 0) break;
      return sentence(`Layers refused ${problems.join('; ')}`);
    }
    case 'FORBIDDEN_SCOPE': {
      const scope = detail(refusal, 'requiredScope', 'required', 'missingScope', 'missing', 'scope', 'scopes');
      if (scope === null) break;
      return `The API key lacks the scope ${scope}.`;
    }
    case 'KILL_SWITCH': {
      const scope = detail(refusal, 'scope');
      if (scope === null) break;
      return `Layers has suspended the ${scope === 'key' ? 'API key' : scope}.`;
    }
    case 'APPROVAL_REQUIRED': {
      const container = detail(refusal, 'containerId');
      if (container === null) break;
      return `Layers waits for an approval of ${container} (${detail(refusal, 'approvalStatus') ?? 'pending'}).`;
    }
    case 'PLATFORM_ERROR': {
      const platformCode = detail(refusal, 'platformCode');
      if (platformCode === null) break;
      return sentence(`The platform refused with ${platformCode}${said(refusal)}`);
    }
    case 'CONFLICT': {
      const state = detail(refusal, 'approvalStatus', 'status');
      const subcode = detail(refusal, 'subcode');
      const facts = [state && `it is ${state}`, subcode].filter(Boolean).join(', ');
      if (facts === '') break;
      return sentence(`The resource is in another state than the call needs (${facts})${said(refusal)}`);
    }
    case 'UnknownError':
      return refusal.code === null
        ? sentence(`Layers, or something on the way to it, refused without a code${said(refusal)}`)
        : sentence(`Layers refused with the unknown code ${refusal.code}${said(refusal)}`);
    default:
  }
  return sentence(`${CATALOGUE[code].meaning.replace(/\.$/, '')}${said(refusal)}`);
}

/** The API's own words, and the code where it is another one than ours. */
const said = ({ message }: Refusal): string => (message === null || message === '' ? '' : `: "${message}"`);

const sentence = (text: string): string => (/[.!?]"?$/.test(text) ? text : `${text}.`);
