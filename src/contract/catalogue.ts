/** Who can mend a cause: the partner's operator or engineer, the customer, the reviewer, or Layers' support. */
export type Responsible = 'operator' | 'engineer' | 'customer' | 'reviewer' | 'layers';

/**
 * What is known of one error code.
 * - `retry` `temporal`: retried inside Temporal, no person has to act; `heals`: blocks its step, which also tries again
 *   by itself (after 5 minutes, doubling to 1 hour); `operator`: blocks until a person acts; `flow`: the flow has its
 *   own answer first (next candidate, adopt, look again) and blocks only where that is used up.
 */
export interface CatalogueEntry {
  /** Where it comes from: an error code of the API, the network, or this flow itself. */
  source: 'layers' | 'network' | 'flow';
  /** HTTP statuses under which the API sends it; empty where the documents name none. */
  http: readonly number[];
  meaning: string;
  /** One plain sentence; where it asks for input, it ends with the example. */
  fix: string;
  /** What input that mends it looks like: the form of `resolveStep`'s `input` for the blocked step. */
  example?: Readonly<Record<string, unknown>>;
  who: Responsible;
  retry: 'temporal' | 'heals' | 'operator' | 'flow';
}

const layers = (
  http: readonly number[],
  retry: CatalogueEntry['retry'],
  who: Responsible,
  meaning: string,
  fix: string,
  example?: CatalogueEntry['example'],
): CatalogueEntry => ({ source: 'layers', http, meaning, ...mendedBy(fix, example), who, retry });

const flow = (
  retry: CatalogueEntry['retry'],
  who: Responsible,
  meaning: string,
  fix: string,
  example?: CatalogueEntry['example'],
): CatalogueEntry => ({ source: 'flow', http: [], meaning, ...mendedBy(fix, example), who, retry });

/** `{}` in the sentence stands for the example. */
const mendedBy = (fix: string, example: CatalogueEntry['example']): Pick<CatalogueEntry, 'fix' | 'example'> =>
  example === undefined ? { fix } : { fix: fix.replace('{}', JSON.stringify(example)), example };

/** Every code a blocked step, a log line or a status can carry. `docs/errors.md` is made from it. */
export const CATALOGUE = {
  // The API's own codes (layers/API.md 15).
  UNAUTHENTICATED: layers(
    [401],
    'heals',
    'operator',
    'The API key is missing, wrong or rotated away.',
    'Give the worker a valid LAYERS_API_KEY and restart it.',
  ),
  FORBIDDEN_SCOPE: layers(
    [403],
    'heals',
    'operator',
    'The API key lacks the scope for this call.',
    'Have the missing scope added to the API key.',
  ),
  RETURN_URL_NOT_ALLOWED: layers(
    [403],
    'heals',
    'operator',
    'The return address is not on the list of the API key.',
    'Have Layers add the host to the key, or use a return URL on a host that is listed.',
  ),
  APPROVAL_REQUIRED: layers(
    [403],
    'flow',
    'reviewer',
    'Layers itself waits for an approval of this content.',
    'Approve the content at Layers.',
  ),
  KILL_SWITCH: layers(
    [503],
    'heals',
    'operator',
    'Layers has suspended the API key or the organization.',
    'Ask Layers to lift the suspension.',
  ),
  BILLING_EXHAUSTED: layers([402], 'heals', 'operator', 'The wallet has too few credits.', 'Top up the Layers wallet.'),
  NOT_FOUND: layers(
    [404],
    'operator',
    'operator',
    'Layers does not know this id, or it belongs to another organization.',
    'Check the id and the organization in the input, and whose API key the worker holds.',
  ),
  VALIDATION: layers(
    [400, 422],
    'operator',
    'engineer',
    'Layers refused a field.',
    'Correct the named field, and give the corrected part as input.',
  ),
  VALIDATION_FAILED: layers(
    [422],
    'operator',
    'engineer',
    'Layers refused a field.',
    'Correct the named field, and give the corrected part as input.',
  ),
  IDEMPOTENCY_CONFLICT: layers(
    [409],
    'operator',
    'engineer',
    'The idempotency key was used with another body.',
    'Nothing has to be mended: the next try uses a new key.',
  ),
  IDEMPOTENCY_REQUIRED: layers(
    [400],
    'operator',
    'engineer',
    'The call needs an idempotency key.',
    'Report this as a defect: every write carries a key.',
  ),
  CONFLICT: layers(
    [409],
    'flow',
    'operator',
    'The resource is in another state than the call needs.',
    'Look at the resource at Layers, and bring it into a state that allows the call.',
  ),
  CONTENT_REJECTED: layers(
    [409],
    'operator',
    'operator',
    'The content was rejected at Layers; that is final.',
    'It can never be published: abort, and start the customer again for another post.',
  ),
  UPLOAD_INCOMPLETE: layers(
    [409],
    'operator',
    'engineer',
    'The uploaded bytes are not there yet.',
    'Wait until the upload is complete.',
  ),
  MODERATION_BLOCKED: layers(
    [],
    'flow',
    'operator',
    'Layers refused the content for safety.',
    'Give another source as input: {}.',
    { tiktokVideoId: '…' },
  ),
  NOT_A_SLIDESHOW: layers(
    [],
    'flow',
    'operator',
    'The TikTok source is a video, not a slideshow.',
    'Give another source as input: {}.',
    { tiktokVideoId: '…' },
  ),
  MISSING_APP_DEMO: layers(
    [],
    'operator',
    'engineer',
    'The format needs a demo video.',
    'Upload a demo video to the project.',
  ),
  PLATFORM_ERROR: layers(
    [],
    'operator',
    'operator',
    'TikTok, Instagram or Apple refused.',
    'Read the platform code; reconnect the account if its token has expired.',
  ),
  CREDENTIAL_INVALID: layers(
    [],
    'operator',
    'customer',
    'The connection to the social account has died.',
    'Let the customer reconnect the account.',
  ),
  SCRAPE_FAILED: layers(
    [],
    'operator',
    'operator',
    'The store page could not be read.',
    'Check that the page is public, and wait a while.',
  ),
  RATE_LIMITED: layers(
    [429],
    'temporal',
    'operator',
    'Too many requests, or too many running jobs.',
    'Nothing: Temporal waits as long as Layers asked.',
  ),
  INTERNAL: layers([500], 'temporal', 'layers', 'Layers had a fault.', 'Nothing: Temporal tries again.'),

  // The network, and answers that no document names.
  ApiUnavailable: {
    source: 'network',
    http: [408, 425, 500, 502, 503, 504],
    meaning: 'Layers could not be reached, or answered with a server error.',
    fix: 'Check that Layers is up and that the worker can reach it.',
    who: 'layers',
    retry: 'temporal',
  },
  NoAnswer: {
    source: 'network',
    http: [],
    meaning: 'A write got no answer for so long that its key can no longer be replayed safely.',
    fix: 'Nothing has to be mended: the next try looks for the effect before it sends again.',
    who: 'operator',
    retry: 'operator',
  },
  UnexpectedResponse: {
    source: 'network',
    http: [],
    meaning: 'The answer does not have the documented shape.',
    fix: 'Update layers-onboarding, or ask Layers about the change.',
    who: 'engineer',
    retry: 'heals',
  },
  UnknownError: {
    source: 'network',
    http: [],
    meaning: 'Layers refused with a code that is not in this catalogue.',
    fix: 'Read the message; ask Layers support with the request id.',
    who: 'operator',
    retry: 'operator',
  },

  // The flow's own.
  AmbiguousProject: flow(
    'operator',
    'operator',
    'Several projects carry this customerExternalId.',
    'Choose one of the candidates, and give it as input: {}.',
    { adopt: 'prj_…' },
  ),
  ProjectArchived: flow('operator', 'operator', 'The customer has an archived project.', 'Un-archive it at Layers.'),
  ProjectConflict: flow(
    'operator',
    'operator',
    'Layers says the customerExternalId is taken, but no project with it can be seen.',
    'Ask Layers support which project holds it.',
  ),
  WrongCustomer: flow(
    'operator',
    'engineer',
    'The project that Layers returned belongs to another customer.',
    'Find out at Layers whose project it is before anything else is done with it.',
  ),
  WrongKeyMode: flow(
    'heals',
    'operator',
    'The worker now holds a key of the other mode (test or live) than this onboarding began with.',
    'Give the worker a key of the right mode.',
  ),
  MaybeUploaded: flow(
    'operator',
    'operator',
    'An asset may or may not have been stored, and Layers offers nothing to tell by.',
    'Look at the media of the project at Layers; skip the item if it is there, retry if it is not.',
  ),
  InfluencerFailed: flow(
    'operator',
    'operator',
    'No influencer could be made ready.',
    'Try once more, or give another influencer as input.',
  ),
  DeadlinePassed: flow(
    'operator',
    'operator',
    'Layers did not finish within the deadline.',
    'Retry to wait for another deadline.',
  ),
  JobFailed: flow('flow', 'operator', 'The job at Layers failed.', 'Try once more, or give another source as input.'),
  JobCanceled: flow(
    'flow',
    'operator',
    'The job at Layers was cancelled.',
    'Find out who cancelled it; the next try starts another.',
  ),
  NoSource: flow(
    'operator',
    'operator',
    'No slideshow was found to remix.',
    'Give words to search for, or a tiktokVideoId, as input: {}.',
    { keyword: 'cold brew' },
  ),
  SourcesUsedUp: flow(
    'operator',
    'operator',
    'None of the candidates could be remixed.',
    'Give words to search for, or a tiktokVideoId, as input: {}.',
    { keyword: 'cold brew' },
  ),
  AccountNotUsable: flow(
    'operator',
    'customer',
    'The social account is not connected to this project.',
    'Let the customer connect it, or name another as input: {}.',
    { socialAccountIds: ['sa_…'] },
  ),
  AmbiguousAccount: flow(
    'operator',
    'operator',
    'Several connected accounts could be meant.',
    'Name the one that is meant as input: {}.',
    { socialAccountIds: ['sa_…'] },
  ),
  NotConnected: flow(
    'operator',
    'customer',
    'The customer did not connect the account before the deadline.',
    'Remind the customer; the next try waits for another deadline.',
  ),
  NoReturnUrl: flow(
    'operator',
    'engineer',
    'There is no return address for the account connection.',
    'Set social.connect[].returnUrl, or ONBOARDING_PUBLIC_URL for the worker.',
  ),
  NoAccount: flow(
    'operator',
    'operator',
    'There is no account to post to.',
    'Name an account as input, {}, or skip the step.',
    { targets: [{ socialAccountId: 'sa_…', mode: 'publish' }] },
  ),
  TimePassed: flow(
    'operator',
    'operator',
    'The time of the post has passed, or is less than 5 minutes ahead.',
    'Give another time as input: {}.',
    { at: 'YYYY-MM-DDThh:mm' },
  ),
  BlockedOnApproval: flow(
    'flow',
    'reviewer',
    'Layers keeps the post back until the content is approved there.',
    'Approve the content at Layers.',
  ),
  CLEANUP_FAILED: flow(
    'operator',
    'operator',
    'Something that should have been undone could not be.',
    'Undo it at Layers by hand.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;

export const isKnownCode = (code: string): code is ErrorCode => Object.prototype.hasOwnProperty.call(CATALOGUE, code);
