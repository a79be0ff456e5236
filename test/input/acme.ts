import type { OnboardingInput } from '../../src/contract/input';

/** The customer of the getting-started guide. A fresh copy each time, so that tests may change it. */
export const acmeCoffee = (): OnboardingInput => ({
  project: {
    name: 'Acme Coffee',
    customerExternalId: 'acme-coffee',
    timezone: 'America/Los_Angeles',
    primaryLanguage: 'en',
    appName: 'Acme Coffee',
    appDescription:
      'Daily ritual coffee subscriptions for runners and night-shift workers. Single-origin beans from named farms, ' +
      'roasted weekly, and shipped on a cadence that matches how you actually drink coffee — so the bag never goes ' +
      'stale and you never run out before a hard workout.',
    tagline: 'Coffee that shows up before you run out.',
    brandVoice: 'warm',
    targetGender: 'all',
  },
  appMedia: [
    { kind: 'logo', url: 'https://cdn.acmecoffee.com/brand/logo-512.png' },
    { kind: 'screenshot', url: 'https://cdn.acmecoffee.com/product/home.png' },
    { kind: 'demo-video', url: 'https://cdn.acmecoffee.com/marketing/30s-demo.mp4' },
  ],
});
