import { onboardingOf, signLink, type Link } from './token';

/** Who makes links needs the gateway's address and its secret; the first one, where there are several. */
export interface LinkMaker {
  publicUrl: string;
  secret: string;
}

export interface MadeLink {
  url: string;
  /** UTC, ISO 8601. */
  expiresAt: string;
}

/** The onboarding that a link is for. */
export interface AboutLink {
  workflowId: string;
  /** Id of the onboarding's first run at Temporal, the same in every run that continues it or comes of a reset. */
  firstRunId: string;
}

const DAY_MS = 86_400_000;
/** After its deadline a link decides nothing any more, but still tells how it ended. */
const RECEIPT_MS = 7 * DAY_MS;
/** When the link of a review expires whose deadline is this; both epoch milliseconds. */
export const reviewLinkExpiry = (deadlineMs: number): number => deadlineMs + RECEIPT_MS;
/** Nothing limits how long somebody may choose a source; a lost link should still die. */
const CHOICE_MS = 30 * DAY_MS;

function make(
  { publicUrl, secret }: LinkMaker,
  page: 'r' | 'c',
  { workflowId, firstRunId }: AboutLink,
  link: Omit<Link, 'workflowId' | 'onboarding'>,
): MadeLink {
  const token = signLink(secret, { workflowId, onboarding: onboardingOf(firstRunId), ...link });
  const url = `${publicUrl.replace(/\/+$/, '')}/${page}/${token}`;
  return { url, expiresAt: new Date(link.expiresAt).toISOString() };
}

/** The page where one round is decided. `deadline`: of the review, UTC. */
export const reviewLink = (maker: LinkMaker, about: AboutLink & { revision: number; deadline: string }): MadeLink =>
  make(maker, 'r', about, {
    scope: 'decide',
    revision: about.revision,
    expiresAt: reviewLinkExpiry(Date.parse(about.deadline)),
  });

/** The same page without the right to decide, for whatever round is current. */
export const viewLink = (maker: LinkMaker, about: AboutLink & { deadline: string }): MadeLink =>
  make(maker, 'r', about, { scope: 'view', expiresAt: reviewLinkExpiry(Date.parse(about.deadline)) });

/** The page where a person chooses the source. `now`: epoch milliseconds. */
export const chooseLink = (maker: LinkMaker, about: AboutLink & { now: number }): MadeLink =>
  make(maker, 'r', about, { scope: 'choose', expiresAt: about.now + CHOICE_MS });

/** The page where the customer connects accounts, as often as it takes. `deadline`: of the step `social`, UTC. */
export const connectLink = (maker: LinkMaker, about: AboutLink & { deadline: string }): MadeLink =>
  make(maker, 'c', about, { scope: 'connect', expiresAt: reviewLinkExpiry(Date.parse(about.deadline)) });
