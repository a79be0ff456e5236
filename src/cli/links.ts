import type { OnboardingView } from '../client/view';
import { ConfigError, loadConfig, variables } from '../config';
import { chooseLink, connectLink, reviewLink, type LinkMaker, type MadeLink } from '../links';

/** What an onboarding may wait for that has a page. */
export const WAITS = ['review', 'choose', 'connect'] as const;
export type Wait = (typeof WAITS)[number];

export interface WaitLink extends MadeLink {
  for: Wait;
  /** For people: what the page is for, whose it is, and until when it is of use (UTC). */
  what: string;
  who: string;
  until?: string;
}

const HOUR_MS = 3_600_000;

/**
 * A page for the reviewer and the customer each, if the onboarding waits for them at this moment. An address stays the
 * same within the hour, so that a picture of it stands still.
 */
export function waitLinks(
  maker: LinkMaker,
  { workflowId, firstRunId, status }: OnboardingView,
  now: number,
): WaitLink[] {
  if (status === null || status.stage === 'finished') return [];
  const { review, choices, steps } = status;
  const social = steps.find(({ step, state }) => step === 'social' && state === 'waiting');
  return [
    ...(review === null || review.decision !== undefined || review.deadline === ''
      ? []
      : [
          {
            for: 'review' as const,
            what: `decide round ${review.revision + 1}`,
            who: 'the reviewer',
            until: review.deadline,
            ...reviewLink(maker, { workflowId, firstRunId, revision: review.revision, deadline: review.deadline }),
          },
        ]),
    ...(choices === null
      ? []
      : [
          {
            for: 'choose' as const,
            what: `choose one of ${choices.length} slideshows`,
            who: 'the reviewer',
            ...chooseLink(maker, { workflowId, firstRunId, now: Math.floor(now / HOUR_MS) * HOUR_MS }),
          },
        ]),
    ...(social?.deadline === undefined
      ? []
      : [
          {
            for: 'connect' as const,
            what: 'connect an account',
            who: 'the customer',
            until: social.deadline,
            ...connectLink(maker, { workflowId, firstRunId, deadline: social.deadline }),
          },
        ]),
  ];
}

/** Links are made with the gateway's own address and secret. Throws a `ConfigError` that names what is missing. */
export function linkMaker(env: NodeJS.ProcessEnv): LinkMaker {
  const {
    publicUrl,
    linkSecrets: [secret],
  } = loadConfig('cli', env);
  if (publicUrl !== null && secret !== undefined) return { publicUrl, secret };
  const missing = [...(publicUrl === null ? ['publicUrl'] : []), ...(secret === undefined ? ['linkSecrets'] : [])];
  throw new ConfigError(
    variables
      .filter(([key]) => missing.includes(key))
      .map(([, { name, example }]) => ({
        variable: name,
        problem: 'is not set; links need the same value as the gateway',
        example,
      })),
  );
}
