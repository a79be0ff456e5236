import { html } from 'hono/html';
import type { Platform } from '../../contract/input';
import type { OnboardingStatus } from '../../contract/status';
import { listed, platformName } from '../../words';
import { hidden } from '../html/fields';
import { messagePage, type Html, type Page } from '../html/layout';
import type { Sources } from '../http/headers';
import { askedFor, platformsAsked, type Asked } from '../onboardings/accountsAsked';

/** A consent page of a platform may be anywhere on https; that of the sandbox is on this machine. */
const CONSENT_PAGES = ['https:'];
const SANDBOX_PAGES = [...CONSENT_PAGES, 'http://127.0.0.1:*', 'http://localhost:*'];

/** Where a form that asks for a consent page may lead the browser; every page with such a form needs it. */
export const consentSources = (sandbox: boolean | undefined): Sources => ({
  formAction: sandbox ? SANDBOX_PAGES : CONSENT_PAGES,
});

const of = (status: OnboardingStatus): Pick<Page, 'customer' | 'sandbox'> => ({
  customer: status.customer.name,
  sandbox: status.mode === 'sandbox',
});

/** One button per platform that is waited for. Each click makes a fresh consent page: they die after ten minutes. */
export function connectPage(status: OnboardingStatus, form: string): Page {
  const all = askedFor(status);
  const open = all.filter(({ accounts, connected }) => connected < accounts);
  const names = listed(open.map(({ platform }) => platformName(platform)));
  const connected = all.filter((asked) => asked.connected > 0).map(connectedText);
  return {
    title: `Connect ${names}`,
    ...of(status),
    sources: consentSources(status.mode === 'sandbox'),
    body: html`<h1>Connect ${names}</h1>
      ${connected.length === 0 ? '' : html`<div class="note good"><p>${connected.join(' ')} Thank you.</p></div>`}
      <p class="lede">
        Posts are being prepared for ${status.customer.name}. To publish them, your permission is needed. You give it on
        the page of ${names} itself: your password is never shown to us, and you can withdraw the permission there at
        any time.
      </p>
      ${open.map((asked) => button(asked, form))}`,
  };
}

const connectedText = ({ platform, accounts, connected }: Asked): string =>
  connected === accounts
    ? `${platformName(platform)} is connected.`
    : `${connected} of ${accounts} ${platformName(platform)} accounts ${connected === 1 ? 'is' : 'are'} connected.`;

const button = ({ platform, accounts }: Asked, form: string): Html =>
  html`<section class="card">
    <h2>${platformName(platform)}</h2>
    ${
      platform === 'instagram'
        ? html`<div class="note wait">
            <p>
              Your Instagram account must be a <strong>Business</strong> or <strong>Creator</strong> account. A personal
              one can be connected, but nothing can be published on it. You can switch in Instagram under Settings,
              Account type.
            </p>
          </div>`
        : ''
    }
    ${
      accounts === 1
        ? ''
        : html`<p>${accounts} accounts are asked for, one after the other: press again for each of them.</p>`
    }
    <form method="post" action="?">
      ${hidden({ form, platform })}
      <div class="actions"><button class="go">Connect ${platformName(platform)}</button></div>
    </form>
    <p class="soft small">You then have ten minutes. If it takes longer, come back to this page and press again.</p>
  </section>`;

/** `names`: of the connected accounts, as far as they are known, so that a wrong one is seen before anything is posted. */
export const connectedPage = (status: OnboardingStatus, names: readonly string[], platform?: Platform): Page =>
  messagePage(
    'Connected',
    [
      platform === undefined ? 'Everything is connected.' : `Your ${platformName(platform)} account is connected.`,
      ...(names.length === 0 ? [] : [html`Posts go to <strong>${listed(names)}</strong>.`]),
      'Is that not the account that you meant? Withdraw the permission in the settings of the platform, and tell whoever sent you the link.',
      'You can close this page.',
    ],
    { ...of(status), tone: 'good' },
  );

/** One of several accounts is connected: the customer goes back to the start page for the others. */
export function nextPage(status: OnboardingStatus, platform: Platform, back: string): Page {
  const open = platformsAsked(status);
  const name = platformName(platform);
  const missing = listed(open.map((one) => (one === platform ? `another ${name} account` : platformName(one))));
  return messagePage(
    open.includes(platform) ? `One ${name} account is connected` : `${name} is connected`,
    [`Still missing: ${missing}.`],
    { ...of(status), tone: 'good', extra: tryAgain(back, `Go on with ${listed(open.map(platformName))}`) },
  );
}

/** Where a customer of several onboardings, or of several accounts, stands with one of them. */
export interface Standing {
  about: Pick<Page, 'customer' | 'sandbox'>;
  platform: Platform;
  isConnected: boolean;
  /** To the page of this one. */
  back: string;
}

/** Several connections are under way in one browser, and nothing tells which of them it comes back from. */
export const severalPage = (all: readonly Standing[]): Page => ({
  ...messagePage(
    'Several accounts are being connected',
    ['This browser is connecting more than one account. This is how it stands with each of them:'],
    {
      sandbox: all.some(({ about }) => about.sandbox),
      extra: html`<ul>
        ${all.map(
          ({ about, platform, isConnected, back }) =>
            html`<li>
              ${platformName(platform)} of <bdi>${about.customer ?? 'a customer'}</bdi>:
              ${isConnected ? 'connected' : 'not connected yet'}. <a href="${back}">Open its page</a>
            </li>`,
        )}
      </ul>`,
    },
  ),
  state: JSON.stringify(all.map(({ isConnected }) => isConnected)),
  ...(all.every(({ isConnected }) => isConnected) ? {} : { follow: 5 }),
});

export const notNeededPage = (about: Pick<Page, 'customer' | 'sandbox'>): Page =>
  messagePage('There is nothing to connect any more', ['You can close this page.'], about);

export const notYetPage = (status: OnboardingStatus): Page =>
  messagePage('Not ready yet', ['The account can be connected in a moment. This page moves on by itself.'], {
    ...of(status),
    follow: 4,
    tone: 'wait',
  });

/** The step that waits for the account is blocked. */
export const heldUpPage = (status: OnboardingStatus): Page =>
  messagePage(
    'The account cannot be connected now',
    [
      status.blocked.find(({ step }) => step === 'social')?.code === 'NotConnected'
        ? 'The time for connecting it has passed. Ask whoever sent you the link to open it again.'
        : 'There is a problem on our side. The team can see it; try again later with the same link.',
    ],
    { ...of(status), tone: 'wait', follow: 60 },
  );

/** Layers gave no consent page. Says why, and what the customer can do about it. */
export function noConsentPage(about: Pick<Page, 'customer' | 'sandbox'>, platform: Platform, code: string): Page {
  const name = platformName(platform);
  const ours = code === 'RETURN_URL_NOT_ALLOWED' || code === 'NoReturnUrl';
  return messagePage(
    `${name} cannot be opened now`,
    [
      ours
        ? 'The address to which you would return is not allowed for this service yet. This is not your fault, and you cannot mend it.'
        : 'The service that opens it has refused.',
      'Please tell whoever sent you this link, with the code below. The same link will work again afterwards.',
      `Code: ${code}`,
    ],
    { ...about, status: 502, tone: 'bad', extra: tryAgain('?') },
  );
}

const tryAgain = (href: string, text = 'Try again'): Html => html`<p><a class="button" href="${href}">${text}</a></p>`;

/** Back from the platform: the onboarding has yet to read at Layers what came of it. */
export const waitingPage = (status: OnboardingStatus, platform: Platform, back: string): Page =>
  messagePage(
    `Checking with ${platformName(platform)}`,
    ['This takes up to a minute. The page moves on by itself; you need not wait for it.'],
    { ...of(status), follow: 3, tone: 'wait', extra: tryAgain(back, 'Back to the start') },
  );

export const failedPage = (status: OnboardingStatus, platform: Platform, reason: string | null, back: string): Page =>
  messagePage(
    `${platformName(platform)} is not connected`,
    [
      reason === null
        ? 'It looks as if the permission was not given, or the page was closed on the way.'
        : `It did not work: ${reason.replace(/\.?$/, '.')}`,
      'You can try again as often as you like.',
    ],
    { ...of(status), tone: 'bad', follow: 10, extra: tryAgain(back) },
  );

export const unheardPage = (status: OnboardingStatus, platform: Platform, back: string): Page =>
  messagePage(
    `Nothing has been heard from ${platformName(platform)}`,
    ['The time for giving the permission is over. Please start again.'],
    { ...of(status), tone: 'wait', follow: 30, extra: tryAgain(back) },
  );

/** A browser that did not come from here, or too long ago: it may be another one than the customer left with. */
export const strangerPage = (): Page =>
  messagePage('Thank you', [
    'If you have just connected an account, it will be noticed within a minute. You can close this page.',
    'To see whether it worked, or to try again, open the link that you were sent.',
  ]);
