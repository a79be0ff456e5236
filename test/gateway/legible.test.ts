import { get, open, tokenOf } from './support/browserless';
import { asking, REVIEW, statusOf } from './support/fakeTemporal';
import { approved } from './support/reviews';

/** Whatever stands in a status, which may be there for good: its pages are there. */

const ODD: readonly unknown[] = [
  5,
  -1,
  1e300,
  '',
  {},
  [],
  [[]],
  { isEscaped: true, callbacks: [1] },
  null,
  true,
  'x',
  '\ud800',
  { toString: 5 },
];

const full = () => {
  const [connect] = asking(['tiktok'], ['instagram'], { failures: 1, lastFailure: 'denied' });
  const decision = approved({ comment: 'Fine.', slides: [{ index: 0, note: 'Dark' }] });
  return statusOf({
    ...connect,
    choices: [REVIEW.source!],
    review: {
      ...REVIEW,
      targets: [{ socialAccountId: 'sa_1', mode: 'publish', captionOverride: 'Other' }],
      accounts: [{ socialAccountId: 'sa_1', platform: 'tiktok', handle: 'acme' }],
      decision,
      earlier: [decision],
    },
  });
};

/** Every path into a value. */
const pathsOf = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
  value === null || typeof value !== 'object'
    ? [path]
    : [
        ...(path.length > 0 ? [path] : []),
        ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key])),
      ];

function changed(value: unknown, [key, ...rest]: (string | number)[], to: unknown): unknown {
  if (key === undefined) return to;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  (copy as Record<string | number, unknown>)[key] = changed((copy as Record<string, unknown>)[key], rest, to);
  return copy;
}

const PAGES = [
  `/r/${tokenOf()}`,
  `/r/${tokenOf()}?do=approve`,
  `/r/${tokenOf()}?do=changes`,
  `/r/${tokenOf()}?do=time`,
  `/r/${tokenOf({ scope: 'view', revision: undefined })}`,
  `/r/${tokenOf({ scope: 'choose', revision: undefined })}`,
  `/c/${tokenOf({ scope: 'connect', revision: undefined })}`,
];

describe('a status with an odd value anywhere in it', () => {
  const { decision: _decision, ...open_ } = full().review!;
  const bases = [full(), { ...full(), review: open_ }];

  it.each(ODD.map((odd) => [JSON.stringify(odd), odd]))('%s takes no page away', async (_, odd) => {
    const opened = open();
    const broken: string[] = [];
    for (const base of bases)
      for (const path of pathsOf(base)) {
        opened.temporal.change(changed(base, path, odd) as never);
        for (const page of PAGES) {
          const { status, text } = await get(opened, page);
          if (status >= 500 && status !== 503) broken.push(`${path.join('.')} on ${page.slice(-12)}`);
          if (/undefined|\[object|Invalid Date|NaN/.test(text))
            broken.push(`${path.join('.')} shown on ${page.slice(-12)}`);
        }
      }
    expect(broken).toEqual([]);
  });

  it.each([5, {}, [], ['a'], { text: 'fine' }])('an approval with the comment %j is shown with it', async (comment) => {
    const opened = open();
    opened.temporal.change(statusOf({ review: { ...REVIEW, decision: approved({ comment: comment as never }) } }));
    const { status, text } = await get(opened, `/r/${tokenOf()}`);
    expect(status).toBe(200);
    expect(text).toContain('Approved by Maria');
  });
});

describe('text of others', () => {
  it('is shown without what reorders or hides, in its own direction', async () => {
    const opened = open();
    const caption = 'قهوة الصباح!\nMorning\u202e coffee\u200b';
    opened.temporal.change(
      statusOf({
        customer: { externalId: 'a', name: 'קפה (אביב)' },
        review: {
          ...REVIEW,
          caption,
          influencer: { influencerId: 'inf', name: 'מאיה!' },
          earlier: [approved({ decision: 'requestChanges', reviewer: 'أحمد', comment: 'أكثر إشراقا!' })],
          revision: 1,
        },
      }),
    );
    const { html } = await get(opened, `/r/${tokenOf({ revision: 1 })}`);
    expect(html).toContain('<span class="said" dir="auto">قهوة الصباح!<br />Morning coffee</span>');
    expect(html).toContain('<span class="said" dir="auto">أكثر إشراقا!</span>');
    expect(html).toContain('“\u2068מאיה!\u2069”');
    expect(html).toContain('by \u2068أحمد\u2069');
    expect(html).toContain('<strong dir="auto">\u2068קפה (אביב)\u2069</strong>');
    expect(html).not.toMatch(/[\u202e\u200b]/);
    expect((await get(opened, `/r/${tokenOf({ revision: 1 })}?do=changes`)).html).toMatch(/<textarea[^>]*dir="auto"/);
  });
});
