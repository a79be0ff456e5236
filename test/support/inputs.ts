import { randomUUID } from 'node:crypto';
import type { OnboardingInput } from '../../src/contract/input';

/** A handle that no other test uses. */
export const newCustomer = (): string => `acme-${randomUUID().slice(0, 8)}`;

/** Waits small enough for a fast sandbox; they are input, so the workflow under test is the real one. */
export const FAST_WAITS = {
  influencer: { earliest: '100ms', typical: '300ms', deadline: '60s' },
  keywords: { earliest: '250ms', typical: '450ms', deadline: '60s' },
  content: { earliest: '150ms', typical: '450ms', deadline: '60s' },
  social: { deadline: '10 minutes' },
};

/** Waits for a step so briefly that a job which hangs is soon noticed. */
export const impatient = (step: 'influencer' | 'content'): { waits: typeof FAST_WAITS } => ({
  waits: { ...FAST_WAITS, [step]: { earliest: '100ms', typical: '200ms', deadline: '600ms' } },
});

/** How long the sandbox takes in tests: long enough to be seen waiting, short enough for a suite. */
export const FAST_SANDBOX = { influencerMs: 300, keywordsMs: 400, contentMs: 400, mediaMs: 20 };

/** The sample customer of the vendor's guide, with its logo, screenshot and demo video, under a fresh handle. */
export function acmeCoffee(overrides: Partial<OnboardingInput> = {}): OnboardingInput {
  return {
    project: {
      name: 'Acme Coffee',
      customerExternalId: newCustomer(),
      timezone: 'America/Los_Angeles',
      primaryLanguage: 'en',
      appName: 'Acme Coffee',
      appDescription:
        'Daily ritual coffee subscriptions for runners and night-shift workers. Single-origin beans from named farms, roasted weekly, and shipped on a cadence that matches how you actually drink coffee.',
      tagline: 'Coffee that shows up before you run out.',
      brandVoice: 'warm',
      targetGender: 'all',
    },
    appMedia: [
      { kind: 'logo', url: 'https://cdn.acmecoffee.com/brand/logo-512.png' },
      { kind: 'screenshot', url: 'https://cdn.acmecoffee.com/product/home.png' },
      { kind: 'demo-video', url: 'https://cdn.acmecoffee.com/marketing/30s-demo.mp4' },
    ],
    policy: { waits: FAST_WAITS },
    ...overrides,
  };
}

/** A local time a week ahead, as a partner would write it. */
export function nextWeek(): string {
  return `${new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)}T09:00`;
}
