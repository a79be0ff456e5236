import type { ErrorCode } from '../src/contract/catalogue';
import type { RefusalType } from '../src/contract/failures';

/** What `docs/errors.md` tells of a code beside the catalogue. */
export interface ErrorFacts {
  /** Where in the flow it comes up. */
  where: string;
  /** What the flow does by itself, where the kind of the code does not say it all. */
  byItself?: string;
  /** The same in a few words, for the table of all codes. */
  short?: string;
  /** The one command to type once the cause is mended; `acme-coffee` stands for the customer. */
  command: string;
  /** What else an operator may want to know: other exits, what to look at. */
  note?: string;
}

const retry = (step: string, more = ''): string => `layers-onboarding retry acme-coffee --step ${step}${more}`;
const fleet = (code: ErrorCode): string => `layers-onboarding retry --all --error ${code}`;
const stuck = (code: ErrorCode): string => `layers-onboarding list --error ${code}`;

const UNUSED = 'no call that this version makes';
const NOT_YET = 'does not come up yet';
const ANY_CALL = 'any step that calls Layers';
const FROM_A_SOURCE = '`content`: the start of a remix, or the job that makes it';
const ANOTHER_SOURCE = retry('content', ` --input '{"tiktokVideoId":"7301234567890123456"}'`);
const WORDS = ` --input '{"keyword":"cold brew"}'`;

export const FACTS: Record<ErrorCode, ErrorFacts> = {
  UNAUTHENTICATED: { where: ANY_CALL, command: fleet('UNAUTHENTICATED') },
  FORBIDDEN_SCOPE: {
    where: ANY_CALL,
    command: fleet('FORBIDDEN_SCOPE'),
    note: 'The cause names the scope where Layers says it.',
  },
  RETURN_URL_NOT_ALLOWED: {
    where: 'when somebody asks for a consent page (the connect page, or the update `authorizeSocial`)',
    byItself: 'Nothing is blocked: whoever asked is told, and the step `social` goes on waiting.',
    short: 'told to whoever asked',
    command: 'layers-onboarding link acme-coffee --for connect',
    note: 'The link stays the same, so the customer only has to open it again.',
  },
  APPROVAL_REQUIRED: {
    where: '`schedule`',
    byItself:
      'Approved here, so the flow approves at Layers and schedules again. Only when Layers still refuses is the step blocked.',
    command: retry('schedule'),
  },
  KILL_SWITCH: { where: ANY_CALL, command: fleet('KILL_SWITCH') },
  BILLING_EXHAUSTED: {
    where: 'whatever costs credits: `influencer`, `keywords` and `content`',
    command: fleet('BILLING_EXHAUSTED'),
  },
  NOT_FOUND: {
    where: 'ids of the input (`influencer`, `content`), and whatever was deleted at Layers',
    short: 'asks three times, then blocks',
    byItself:
      'Asked three times within about 5 seconds, since what was created a moment ago may not be visible everywhere yet; then the step is blocked.',
    command: retry('influencer', ` --input '{"influencerId":"inf_123"}'`),
    note: 'Without `--input` the same id is asked for again.',
  },
  VALIDATION: {
    where: 'any step that sends something; most often `project`, `media` and `schedule`',
    command: retry('project', ` --input '{"tagline":"Coffee that shows up."}'`),
    note: 'The input of `project` and `schedule` is merged into what is there (`null` takes a field away); of the other steps it replaces their part. For `media` name the asset: `--item URL`.',
  },
  VALIDATION_FAILED: {
    where: 'as [VALIDATION](#VALIDATION)',
    command: retry('project', ` --input '{"tagline":"Coffee that shows up."}'`),
  },
  IDEMPOTENCY_CONFLICT: {
    where: 'any write of a run that follows an earlier one with other input',
    byItself:
      'Layers may still be busy with the first request of that key, so the same is sent up to five times within about a minute. Then the flow looks for what the earlier run did, and sends with a new key; only a second conflict blocks the step.',
    command: retry('content'),
  },
  IDEMPOTENCY_REQUIRED: { where: UNUSED, short: NOT_YET, command: stuck('IDEMPOTENCY_REQUIRED') },
  CONFLICT: {
    where: '`project` (the handle is taken), `review`, `schedule`, and the clean-up after a cancel',
    byItself:
      'The flow reads what is there and compares: it adopts a project that appeared meanwhile, takes a decision that Layers has already, and calls a post cancelled that is. Only where the states really differ is the step blocked.',
    command: retry('schedule'),
  },
  CONTENT_REJECTED: {
    where: '`review` and `schedule`, after somebody rejected the content at Layers itself',
    command: 'layers-onboarding abort acme-coffee --step review --reason "rejected at Layers"',
    note: 'Then `layers-onboarding start FILE` for a new post; the project and everything in it is used again. Where `schedule` is blocked, `skip` ends the onboarding as `ready` instead.',
  },
  UPLOAD_INCOMPLETE: { where: UNUSED, short: NOT_YET, command: stuck('UPLOAD_INCOMPLETE') },
  MODERATION_BLOCKED: {
    where: FROM_A_SOURCE,
    byItself: 'The next candidate is remixed. A source that the input names blocks the step.',
    command: ANOTHER_SOURCE,
  },
  NOT_A_SLIDESHOW: {
    where: FROM_A_SOURCE,
    byItself: 'The next candidate is remixed. A source that the input names blocks the step.',
    command: ANOTHER_SOURCE,
  },
  MISSING_APP_DEMO: { where: 'formats that this version does not make', short: NOT_YET, command: retry('content') },
  PLATFORM_ERROR: {
    where: '`schedule` and `social`',
    byItself:
      'For `schedule` the accounts are looked at: one that lost its connection makes the step wait until the customer has connected it again. Otherwise the step is blocked.',
    command: retry('schedule'),
  },
  CREDENTIAL_INVALID: {
    where: '`schedule`',
    byItself:
      'The accounts are looked at: one that lost its connection makes the step wait until the customer has connected it again. Otherwise the step is blocked.',
    command: retry('schedule'),
    note: 'While the step `social` waits, `layers-onboarding link acme-coffee --for connect` prints the page for the customer.',
  },
  SCRAPE_FAILED: { where: UNUSED, short: NOT_YET, command: stuck('SCRAPE_FAILED') },
  RATE_LIMITED: {
    where: ANY_CALL,
    byItself:
      'Temporal waits as long as `Retry-After` asks (30 seconds without one, plus up to a tenth) and tries again; all other calls go on.',
    command: 'temporal task-queue config get --task-queue layers-onboarding-writes --task-queue-type activity',
    note: 'More than a few a day mean that the queue limits are above those of the key: see [rate limits](runbook.md#rate-limits).',
  },
  INTERNAL: { where: ANY_CALL, command: 'layers-onboarding status acme-coffee' },

  ApiUnavailable: {
    where: ANY_CALL,
    command: fleet('ApiUnavailable'),
    note: 'As long as Temporal tries again nothing is blocked and this command finds nothing: see [an outage](runbook.md#layers-is-down-or-asks-for-patience).',
  },
  NoAnswer: {
    where: 'no step of this version: a write without an answer for 23 hours is looked for and sent again by the flow',
    short: NOT_YET,
    command: stuck('NoAnswer'),
  },
  UnexpectedResponse: {
    where: ANY_CALL,
    byItself:
      'What is no JSON at all is mostly a proxy in between: the same is sent three times within about 7 seconds. Then, and at once where the shape differs, the step is blocked, and tries again by itself after 5 minutes, doubling to 1 hour.',
    command: fleet('UnexpectedResponse'),
  },
  UnknownError: {
    where: ANY_CALL,
    command: fleet('UnknownError'),
    note: 'A 403 with an unknown code also tries again by itself, after 5 minutes, doubling to 1 hour.',
  },

  AmbiguousProject: { where: '`project`', command: retry('project', ` --input '{"adopt":"prj_123"}'`) },
  ProjectArchived: { where: '`project`', command: retry('project') },
  ProjectConflict: { where: '`project`', command: retry('project') },
  WrongCustomer: {
    where: '`project`, and `content` when a remix lands in another project',
    command: 'layers-onboarding abort acme-coffee --reason "wrong project at Layers"',
  },
  WrongKeyMode: {
    where: 'any call, before it is sent',
    command: fleet('WrongKeyMode'),
    note: 'Nothing was sent with the wrong key. An onboarding keeps the mode that it began with: the sandbox for a key that begins with `lp_test_`.',
  },
  MaybeUploaded: {
    where: '`media`, for screenshots and demo videos of an adopted project',
    command: 'layers-onboarding skip acme-coffee --step media --item https://cdn.example.com/home.png',
    note: 'Use `retry` instead of `skip` when the asset is not there.',
  },
  InfluencerFailed: {
    where: '`influencer`',
    byItself: 'One that the flow creates is created once more before the step is blocked.',
    command: retry('influencer', ` --input '{"influencerId":"inf_123"}'`),
    note: 'Without `--input` two more are tried; `{"create":{"prompt":"…"}}` asks for another kind.',
  },
  DeadlinePassed: {
    where: '`influencer` and `content`. The step `keywords` refreshes once and is then skipped, without a block',
    command: fleet('DeadlinePassed'),
    note: 'A retry looks at the job that is under way before it starts another. How long to wait is `policy.waits` of the input.',
  },
  JobFailed: {
    where: '`content`',
    byItself: 'A failed job is started once more, with a new key; the second failure blocks the step.',
    command: retry('content'),
    note: `Another source: \`${ANOTHER_SOURCE}\``,
  },
  JobCanceled: {
    where: '`content`',
    byItself: 'Nothing: somebody cancelled it at Layers on purpose, so the step is blocked at once.',
    short: 'blocks',
    command: retry('content'),
  },
  NoSource: {
    where: '`source`',
    byItself: 'Portfolio, then live searches by the keyword or the best phrases, the tagline and the name of the app.',
    command: retry('source', WORDS),
  },
  SourcesUsedUp: { where: '`content`, and `source` in a later round', command: retry('content', WORDS) },
  AccountNotUsable: {
    where: '`social`',
    byItself:
      'An account that only has to be connected again is waited for instead. One that is unknown or disconnected blocks the step.',
    command: retry('social', ` --input '{"socialAccountIds":["sa_123"]}'`),
  },
  AmbiguousAccount: {
    where: '`social`, on an adopted project',
    command: retry('social', ` --input '{"socialAccountIds":["sa_123"]}'`),
  },
  NotConnected: {
    where: '`social`',
    byItself: 'The partner is reminded before, where a notifier is configured.',
    command: retry('social'),
    note: 'Then `layers-onboarding link acme-coffee --for connect` prints the page for the customer. `skip` goes on without an account: unless the schedule names one, the step `schedule` will then ask for it.',
  },
  NoReturnUrl: {
    where: 'when somebody asks for a consent page (the connect page, or the update `authorizeSocial`)',
    byItself: 'Nothing is blocked: whoever asked is told, and the step `social` goes on waiting.',
    short: 'told to whoever asked',
    command: 'layers-onboarding link acme-coffee --for connect',
  },
  NoAccount: {
    where: '`schedule`',
    command: retry('schedule', ` --input '{"targets":[{"socialAccountId":"sa_123","mode":"publish"}]}'`),
    note: '`skip` ends the onboarding as `ready`, with nothing scheduled.',
  },
  TimePassed: {
    where: '`schedule`, after an approval by signal or a long block',
    command: retry('schedule', ` --input '{"at":"2030-01-15T09:00"}'`),
  },
  BlockedOnApproval: {
    where: '`schedule`',
    byItself:
      'The flow approves at Layers and looks for the post that the approval releases; without one the step is blocked.',
    command: retry('schedule'),
  },
  CLEANUP_FAILED: {
    where: 'after a cancel or an abort',
    short: 'shown after the end',
    byItself:
      'Each clean-up is tried for up to an hour, whatever becomes of the others. The onboarding then ends, and shows what is left.',
    command: 'layers-onboarding list --all --error CLEANUP_FAILED',
    note: '`layers-onboarding status acme-coffee` lists what was undone and what was not, with ids.',
  },
};

/** Why a message was refused, and what to do. */
export const REFUSALS: Record<RefusalType, string> = {
  NothingUnderReview: 'Nothing is under review (yet). Look at the status; decide when the step `review` waits.',
  StaleRevision:
    'The decision names another round than the current one, which stands in the details. Look at that one first.',
  AlreadyDecided: 'Somebody was faster; the details say who, what and when. That decision stands.',
  InvalidTime: 'The time has passed, is less than 5 minutes ahead, or does not exist in its zone. Give another.',
  NotBlocked: 'The step (or the item) is not blocked; the details list what is.',
  ActionNotAllowed:
    'The step cannot be skipped, the rounds are used up, or nobody waits for that account. The message says which.',
  TooEarly: 'The onboarding is not that far yet, also for a moment after a reset. Send it again in a moment.',
  UnknownCandidate: 'The source is none of the choices, which the details list.',
  InvalidMessage: 'The payload is wrong: every problem is a line `path: what is wrong`.',
};
