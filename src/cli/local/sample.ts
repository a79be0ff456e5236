import type { OnboardingInput } from '../../contract/input';

const DAY_MS = 86_400_000;

/**
 * The sample customer of Layers' guide, Acme Coffee, with its logo, screenshot and demo video. The waits are as much
 * shorter as the sandbox is faster; nothing else differs from the real thing.
 */
export function sampleCustomer(customerExternalId: string, now: number, speed: number): OnboardingInput {
  const fast = (seconds: number): string => `${Math.round((seconds * 1000) / speed)}ms`;
  return {
    project: {
      name: 'Acme Coffee',
      customerExternalId,
      timezone: 'America/Los_Angeles',
      primaryLanguage: 'en',
      appName: 'Acme Coffee',
      appDescription:
        'Daily ritual coffee subscriptions for runners and night-shift workers. Single-origin beans from named farms, roasted weekly, and shipped on a cadence that matches how you actually drink coffee — so the bag never goes stale and you never run out before a hard workout.',
      tagline: 'Coffee that shows up before you run out.',
      brandVoice: 'warm',
      targetGender: 'all',
    },
    appMedia: [
      { kind: 'logo', url: 'https://cdn.acmecoffee.com/brand/logo-512.png' },
      { kind: 'screenshot', url: 'https://cdn.acmecoffee.com/product/home.png' },
      { kind: 'demo-video', url: 'https://cdn.acmecoffee.com/marketing/30s-demo.mp4' },
    ],
    social: { connect: [{ platform: 'tiktok' }] },
    schedule: { at: `${new Date(now + 7 * DAY_MS).toISOString().slice(0, 10)}T09:00` },
    policy: {
      waits: {
        influencer: { earliest: fast(45), typical: fast(60), deadline: '15 minutes' },
        keywords: { earliest: fast(240), typical: fast(270), deadline: '15 minutes' },
        content: { earliest: fast(30), typical: fast(90), deadline: '30 minutes' },
      },
    },
  };
}
