/** What an absent field means (DESIGN 3 "Input"), in the same words as the input itself. */
export const DEFAULTS = {
  review: { required: true, deadline: '7 days', remindEvery: '24 hours', maxRounds: 5 },
  waits: {
    influencer: { earliest: '45s', typical: '60s', deadline: '15 minutes' },
    keywords: { earliest: '4 minutes', typical: '270s', deadline: '15 minutes' },
    content: { earliest: '30s', typical: '90s', deadline: '30 minutes' },
    social: { deadline: '14 days' },
  },
} as const;
