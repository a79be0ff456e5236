import { z } from 'zod';
import type {
  AppMediaItem,
  InfluencerRecord,
  KeywordBank,
  OauthStatus,
  PostRecord,
  ProjectRecord,
  ProjectRef,
  SocialAccount,
} from '../contract/activities';
import { plainText } from './refusal';
import { flag, id, number, page, shown, state, text, texts, time, timeOrNull, timeOrOld, word } from './schemaParts';

/** `GET /v1/whoami`. */
export const whoami = z.object({
  apiKeyId: text,
  organizationId: text,
  organizationName: shown,
  scopes: texts,
  /** `standard`, `pilot`, `partner`, or an internal one. */
  rateLimitTier: shown,
  creditBalance: number,
});
export type Whoami = z.output<typeof whoami> & { apiKeyId: string };

const project = z.looseObject({ id, status: word, customerExternalId: text, createdAt: timeOrOld });

const refOf = ({ id, customerExternalId, status, createdAt }: z.output<typeof project>): ProjectRef => ({
  projectId: id,
  customerExternalId,
  status,
  createdAt,
});

export const projectRef = project.transform(refOf);
export const projectRefs = page(projectRef);

/** The fields of `POST /v1/projects` (layers/API.md 4.1). */
const PROJECT_FIELDS = [
  'name',
  'customerExternalId',
  'timezone',
  'ownerEmail',
  'primaryLanguage',
  'appName',
  'appDescription',
  'tagline',
  'brandVoice',
  'targetGender',
  'metadata',
] as const;

export const projectRecord = project.transform((raw): ProjectRecord => ({
  ...refOf(raw),
  fields: Object.fromEntries(PROJECT_FIELDS.map((field) => [field, raw[field] ?? null])),
}));

export const appMediaItem = z
  .object({ id, kind: z.string(), url: z.string(), createdAt: timeOrOld })
  .transform(({ id, ...item }): AppMediaItem => ({ mediaId: id, ...item }));

export const appMedia = page(appMediaItem);

/**
 * The status goes through as it is: the flow knows `ready` and `failed` and waits on anything else, so that a new
 * status on the way to `ready` only costs time, up to the deadline of the wait.
 */
export const influencer = z
  .object({
    influencerId: id,
    projectId: text,
    name: shown,
    status: word,
    errorMessage: shown,
    createdAt: timeOrNull,
  })
  .transform((raw): InfluencerRecord => raw);

/** Oldest first. Layers lists the newest first, which stands in where times are missing or equal. */
export const influencers = page(influencer).transform(({ items, nextCursor }) => ({
  nextCursor,
  items: items.reverse().sort((a, b) => {
    const [first, second] = [a.createdAt ?? '', b.createdAt ?? ''];
    return first < second ? -1 : Number(first > second);
  }),
}));

const hashtag = z.object({ hashtag: shown, phrase: shown, score: number });

export const keywordBank = z
  .object({ hashtags: z.array(hashtag.nullable().catch(null)).nullish().catch(null), refreshedAt: timeOrNull })
  .transform(({ hashtags, refreshedAt }): KeywordBank => {
    const best = (hashtags ?? []).filter((one) => one !== null).sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
    const phrases = best.map(({ phrase, hashtag }) => phrase ?? hashtag).filter((phrase) => phrase !== null);
    return { refreshedAt, size: best.length, phrases: phrases.slice(0, 5) };
  });

export const socialAccount = z
  .object({
    socialAccountId: id,
    platform: word.transform((platform) => platform.toLowerCase()),
    handle: shown,
    status: word,
    leased: flag,
  })
  .transform((raw): SocialAccount => raw);
export const socialAccounts = page(socialAccount);

export const authorization = z.object({
  /** Browsers are sent there, so nothing but a web address will do. */
  authorizeUrl: z.url({ protocol: /^https?$/ }),
  state: id,
  /** The page on reconnecting does not show the field. */
  expiresAt: timeOrNull,
});

const message = z
  .union([z.string(), z.object({ message: z.string() }).transform((error) => error.message)])
  .transform((said) => plainText(said));

/** An unknown status counts as pending: the state dies by itself within minutes. */
export const oauthStatus = z
  .object({
    status: state<OauthStatus['status']>(
      { pending: 'pending', completed: 'completed', failed: 'failed', expired: 'expired' },
      'pending',
    ),
    socialAccountId: text,
    error: message.nullish().catch(null),
    expiresAt: timeOrNull,
  })
  .transform(({ error, ...raw }) => ({ ...raw, error: error ?? null }));

/** What a state is that Layers no longer knows. */
export const UNKNOWN_STATE: z.output<typeof oauthStatus> = {
  status: 'expired',
  socialAccountId: null,
  error: null,
  expiresAt: null,
};

/** `draft_in_inbox` and the modes of the first generation of the API stand beside today's (layers/API.md 20.12). */
const POST_STATUS: Record<string, string> = { draft_in_inbox: 'draft', cancelled: 'canceled' };
const POST_MODE: Record<string, string> = { direct_publish: 'publish', draft_to_device: 'draft' };

export const post = z
  .object({
    id,
    containerId: id,
    socialAccountId: id,
    mode: word,
    status: word,
    scheduledFor: time,
    createdAt: time,
  })
  .transform(({ id, mode, status, ...raw }): PostRecord => ({
    ...raw,
    scheduledPostId: id,
    mode: POST_MODE[mode] ?? mode,
    status: POST_STATUS[status] ?? status,
  }));
export const posts = page(post);
