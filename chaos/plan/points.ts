/**
 * The moments at which a fault can meet an onboarding. How each is brought about, and by which evidence a hit is counted,
 * stands in docs/chaos.md.
 */
export const POINTS = [
  'before send',
  'after the effect',
  'after the answer',
  'after the report',
  'during a wait',
  'during review',
] as const;
export type Point = (typeof POINTS)[number];

/**
 * The request or event that a fault rides on, in the order in which the flow comes by them. `consents` are the events and
 * answers of a customer's consent, `events` the webhooks of a job.
 */
export const CARRIERS = [
  'find',
  'create',
  'upload',
  'influencers',
  'keywords',
  'sources',
  'remix',
  'job',
  'events',
  'mint',
  'consent',
  'consents',
  'mirror',
  'schedule',
] as const;
export type Carrier = (typeof CARRIERS)[number];

/** Which requests of the sandbox a carrier stands for. */
export const MATCHES: Record<Carrier, { method?: string; path: string; body?: string }> = {
  find: { method: 'GET', path: '^/v1/projects$' },
  create: { method: 'POST', path: '^/v1/projects$' },
  upload: { method: 'POST', path: '/app-media$', body: '"logo"' },
  influencers: { method: 'GET', path: '/influencers$' },
  keywords: { method: 'GET', path: '/keywords$' },
  sources: { method: 'GET', path: '/source-recommendations$' },
  remix: { method: 'POST', path: '/slideshow-remix$' },
  job: { method: 'GET', path: '^/v1/jobs/' },
  events: { path: '^job\\.completed$' },
  mint: { method: 'POST', path: '/social/oauth-url$' },
  consent: { method: 'GET', path: '/oauth-status' },
  consents: { path: '^(social_account\\.connected|/oauth/authorize)$' },
  mirror: { method: 'POST', path: '/approve$' },
  schedule: { method: 'POST', path: '/schedule$' },
};

/** What is done to the processes, to the key and to the history, in contrast to what the sandbox does. */
export const STRIKES = ['worker killed', 'worker stopped', 'server restarted', 'key rotated', 'history reset'] as const;
export type StrikeKind = (typeof STRIKES)[number];

/** Where a strike makes sense: a reset is done to one workflow, whose calls do not care whether they are reported. */
export const STRIKE_POINTS: Record<StrikeKind, readonly Point[]> = {
  'worker killed': POINTS,
  'worker stopped': POINTS,
  'server restarted': POINTS,
  'key rotated': ['before send', 'after the effect', 'after the answer', 'during a wait', 'during review'],
  'history reset': ['before send', 'after the effect', 'during a wait', 'during review'],
};
