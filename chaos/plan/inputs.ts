import type { OnboardingInput } from '../../src/contract/input';
import type { OnboardingPlan } from './onboarding';

/** How long the sandbox takes: long enough to be met waiting, short enough for hundreds of onboardings in minutes. */
export const DURATIONS = { influencerMs: 500, keywordsMs: 700, contentMs: 800, mediaMs: 50 };
/** A generation that a strike is to find running. */
export const SLOW_CONTENT_MS = 12_000;
/** One that is looked at before it is done. */
export const LOOKED_AT_CONTENT_MS = 3_000;

/** What the plan's onboarding is started with: the real workflow, with waits that fit the sandbox's pace. */
export function inputOf(plan: OnboardingPlan): OnboardingInput {
  const { customer, ending, stopAt, again, account, accountId, onCancel, faults } = plan;
  const has = (name: string): boolean => faults.some(({ fault }) => fault === name);
  const posts = ending === 'scheduled' || stopAt === 'schedule' || again;
  const badMedium = ending === 'aborted' && stopAt === 'upload';
  return {
    project: {
      name: `Chaos ${customer.slice(-12)}`,
      customerExternalId: customer,
      timezone: 'America/Los_Angeles',
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
        url: `https://cdn.acmecoffee.com/${customer}/home.png${badMedium ? '?status=404' : ''}`,
      },
    ],
    ...(account === 'named' ? { social: { socialAccountIds: [accountId] } } : {}),
    ...(account === 'consent' || account === 'late consent' ? { social: { connect: [{ platform: 'tiktok' }] } } : {}),
    ...(posts ? { schedule: { at: A_WEEK_AHEAD } } : {}),
    review: ending === 'expired' ? { deadline: '3s', remindEvery: '3s' } : { deadline: '7 days' },
    policy: {
      onCancel,
      waits: {
        influencer: { earliest: '200ms', typical: '600ms', deadline: '3 minutes' },
        keywords: { earliest: '300ms', typical: '800ms', deadline: has('keywords never') ? '3s' : '3 minutes' },
        content: { earliest: '300ms', typical: '1500ms', deadline: has('job stuck') ? '5s' : '3 minutes' },
        social: { deadline: '14 days' },
      },
    },
  };
}

/** Far enough that a day more on the onboarding's clock does not matter. */
const A_WEEK_AHEAD = `${new Date(Date.now() + 8 * 86_400_000).toISOString().slice(0, 10)}T09:00`;
