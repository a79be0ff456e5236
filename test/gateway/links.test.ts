import fc from 'fast-check';
import {
  chooseLink,
  connectLink,
  LINK_SCOPES,
  onboardingOf,
  reviewLink,
  seal,
  signLink,
  unseal,
  verifyLink,
  viewLink,
  type Link,
} from '../../src/links';

const SECRET = 'a secret of more than 32 characters!';
const OTHER = 'another secret of more than 32 chars';
const NOW = Date.parse('2026-05-12T14:00:00Z');

const links: fc.Arbitrary<Link> = fc.record({
  workflowId: fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
  onboarding: fc.uuid().map(onboardingOf),
  scope: fc.constantFrom(...LINK_SCOPES),
  revision: fc.nat(50),
  expiresAt: fc.integer({ min: NOW + 1, max: NOW + 1e10 }),
});

/** Every single change of one character, at a place and to a character of the generator's choice. */
const alter = (token: string, at: number, to: string): string => {
  const index = at % token.length;
  return token.slice(0, index) + to + token.slice(index + 1);
};

describe('link tokens', () => {
  it('carry what was signed, in an address that needs no escaping', () => {
    fc.assert(
      fc.property(links, (link) => {
        const token = signLink(SECRET, link);
        expect(token).toMatch(/^[\w.-]+$/);
        expect(verifyLink([SECRET], token, NOW)).toEqual({ state: 'valid', link });
      }),
    );
  });

  it('are forged after any change of a single character', () => {
    const characters = [...'ABCXYZabcxyz0189-_.~%= '];
    fc.assert(
      fc.property(links, fc.nat(), fc.constantFrom(...characters), (link, at, to) => {
        const token = signLink(SECRET, link);
        const changed = alter(token, at, to);
        fc.pre(changed !== token);
        expect(verifyLink([SECRET], changed, NOW)).toEqual({ state: 'forged' });
      }),
      { numRuns: 1000 },
    );
  });

  it('do not take the payload of another token, nor its signature', () => {
    fc.assert(
      fc.property(links, links, (one, two) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(two));
        const [payload] = signLink(SECRET, one).split('.');
        const [, signature] = signLink(SECRET, two).split('.');
        expect(verifyLink([SECRET], `${payload}.${signature}`, NOW)).toEqual({ state: 'forged' });
      }),
    );
  });

  it('never throw, whatever is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6000 }), (text) => {
        expect(verifyLink([SECRET], text, NOW)).toEqual({ state: 'forged' });
      }),
    );
  });

  it('hold with every secret that counts, and with no other', () => {
    const token = signLink(OTHER, { workflowId: 'w', onboarding: 'o', scope: 'view', expiresAt: NOW + 1 });
    expect(verifyLink([SECRET, OTHER], token, NOW).state).toBe('valid');
    expect(verifyLink([OTHER, SECRET], token, NOW).state).toBe('valid');
    expect(verifyLink([SECRET], token, NOW).state).toBe('forged');
    expect(verifyLink([], token, NOW).state).toBe('forged');
    expect(verifyLink([''], token, NOW).state).toBe('forged');
    expect(() => signLink('', { workflowId: 'w', onboarding: 'o', scope: 'view', expiresAt: NOW })).toThrow('empty');
  });

  it('expire at their millisecond', () => {
    const link: Link = { workflowId: 'w', onboarding: 'o', scope: 'decide', revision: 2, expiresAt: NOW };
    const token = signLink(SECRET, link);
    expect(verifyLink([SECRET], token, NOW - 1)).toEqual({ state: 'valid', link });
    expect(verifyLink([SECRET], token, NOW)).toEqual({ state: 'expired', link });
  });

  it('to decide are for one round', () => {
    expect(() => signLink(SECRET, { workflowId: 'w', onboarding: 'o', scope: 'decide', expiresAt: NOW })).toThrow(
      'revision',
    );
  });

  it('are worth nothing for another purpose', () => {
    const sealed = seal(SECRET, 'form', { w: 'w', s: 'decide', r: 0, e: NOW + 1 });
    expect(unseal([SECRET], 'form', sealed)).toEqual({ w: 'w', s: 'decide', r: 0, e: NOW + 1 });
    expect(verifyLink([SECRET], sealed, NOW)).toEqual({ state: 'forged' });
    expect(
      unseal([SECRET], 'form', signLink(SECRET, { workflowId: 'w', onboarding: 'o', scope: 'view', expiresAt: NOW })),
    ).toBeNull();
  });
});

describe('links to pages', () => {
  const maker = { publicUrl: 'https://onboarding.example.com/', secret: SECRET };
  const deadline = '2026-05-19T14:00:00.000Z';
  const tokenOf = (url: string) => verifyLink([SECRET], url.slice(url.lastIndexOf('/') + 1), NOW);

  it('lead to the page of their scope', () => {
    const review = reviewLink(maker, { workflowId: 'w', firstRunId: 'run', revision: 1, deadline });
    expect(review.url).toMatch(/^https:\/\/onboarding\.example\.com\/r\/[\w.-]+$/);
    expect(tokenOf(review.url)).toMatchObject({ link: { scope: 'decide', revision: 1, workflowId: 'w' } });
    expect(tokenOf(viewLink(maker, { workflowId: 'w', firstRunId: 'run', deadline }).url)).toMatchObject({
      link: { scope: 'view' },
    });
    const connect = connectLink(maker, { workflowId: 'w', firstRunId: 'run', deadline });
    expect(connect.url).toContain('/c/');
    expect(tokenOf(connect.url)).toMatchObject({ link: { scope: 'connect' } });
    const choose = chooseLink(maker, { workflowId: 'w', firstRunId: 'run', now: NOW });
    expect(choose.url).toContain('/r/');
    expect(tokenOf(choose.url)).toMatchObject({ link: { scope: 'choose' } });
  });

  it('outlive the deadline, to tell how it ended', () => {
    const { url, expiresAt } = reviewLink(maker, { workflowId: 'w', firstRunId: 'run', revision: 0, deadline });
    expect(expiresAt).toBe('2026-05-26T14:00:00.000Z');
    expect(tokenOf(url)).toMatchObject({ state: 'valid', link: { expiresAt: Date.parse(expiresAt) } });
  });
});
