import type { OnboardingInput } from '../../src/contract/input';
import type { OnboardingPlan } from './onboarding';

/** Layers' own pace, in milliseconds: time costs nothing here. */
export const DURATIONS = { influencerMs: 60_000, keywordsMs: 270_000, contentMs: 90_000, mediaMs: 1_000 };

export const TIMEZONE = 'America/Los_Angeles';
const DAY_MS = 86_400_000;

/** Nine in the morning of the day after so many, by the clocks of the customer. */
export const morning = (now: number, days: number): string =>
  `${new Date(now + days * DAY_MS).toISOString().slice(0, 10)}T09:00`;

/**
 * What the plan's onboarding is started with, by an owner who counts the days from now (epoch milliseconds). Where Layers
 * has lost a job, it is waited for no longer than an hour.
 */
export function inputOf(plan: OnboardingPlan, now: number): OnboardingInput {
  const { customer, ending, account, accountId, onCancel, trouble, postInDays } = plan;
  return {
    project: {
      name: `Acme ${customer.slice(-12)}`,
      customerExternalId: customer,
      timezone: TIMEZONE,
      primaryLanguage: 'en',
      appName: 'Acme Coffee',
      appDescription:
        'Daily ritual coffee subscriptions for runners and night-shift workers. Single-origin beans from named farms, roasted weekly, and shipped on a cadence that matches how you drink coffee.',
      tagline: 'Coffee that shows up before you run out.',
      brandVoice: 'warm',
    },
    appMedia: [
      { kind: 'logo', url: `https://cdn.acmecoffee.com/${customer}/logo.png` },
      {
        kind: 'screenshot',
        url: `https://cdn.acmecoffee.com/${customer}/home.png${trouble === 'media' ? '?status=404' : ''}`,
      },
    ],
    ...(account === 'named' ? { social: { socialAccountIds: [accountId] } } : {}),
    ...(account === 'consent' || account === 'late consent' ? { social: { connect: [{ platform: 'tiktok' }] } } : {}),
    ...(account === 'none' ? {} : { schedule: { at: morning(now, postInDays) } }),
    review: { deadline: ending === 'expired' ? '30 hours' : '7 days' },
    policy: {
      onCancel,
      waits: {
        influencer: { deadline: '15 minutes' },
        keywords: { deadline: '15 minutes' },
        content: { deadline: '1 hour' },
        social: { deadline: '3 days' },
      },
    },
  };
}
