import type { OnboardingInput } from '../../src/contract/input';
import { TIMEZONE } from '../plan/inputs';

/** The shortest way to a review: no media, and the source is named, so that nothing waits for research. */
export const quickest = (more: Partial<OnboardingInput>): OnboardingInput => ({
  project: {
    name: 'Acme Coffee',
    customerExternalId: 'acme-coffee',
    timezone: TIMEZONE,
    primaryLanguage: 'en',
    appName: 'Acme Coffee',
    appDescription:
      'Daily ritual coffee subscriptions for runners and night-shift workers. Single-origin beans from named farms, roasted weekly, and shipped on a cadence that matches how you drink coffee.',
    tagline: 'Coffee that shows up before you run out.',
    brandVoice: 'warm',
  },
  content: { source: { tiktokVideoId: '7301234567890123456' } },
  ...more,
});
