import type { Logger } from 'pino';
import { fetch as undiciFetch, type Dispatcher } from 'undici';
import type { Notifier } from '../contract/notifications';
import { routeTo } from '../layers/dispatcher';
import { plainText } from '../layers/refusal';
import { signWebhook } from '../layers/webhookSignature';
import { asking, bodyOf } from './body';

export interface NotifierOptions {
  /** `ONBOARDING_NOTIFY_URL`. */
  url: string;
  /** `ONBOARDING_NOTIFY_SECRET`. */
  secret: string;
  /** Of the gateway: where links lead. */
  publicUrl: string;
  /** Signs the links. */
  linkSecret: string;
  log: Logger;
  /** Default: one that goes through a proxy where the environment names one. */
  dispatcher?: Dispatcher;
  /** Epoch milliseconds. */
  now?: () => number;
  timeoutMs?: number;
}

/** `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<raw body>`, as Layers signs its own webhooks. */
const SIGNATURE_HEADER = 'X-Onboarding-Signature';
const EVENT_ID_HEADER = 'X-Onboarding-Event-Id';

const TIMEOUT_MS = 10_000;

/** A delivery that the receiver did not accept. Temporal delivers again. */
export class NotDeliveredError extends Error {
  override readonly name = 'NotDeliveredError';
}

/**
 * Posts notifications to the partner, signed, with the link where the person who is asked can act. Anything but a 2xx
 * throws; retrying is left to Temporal. Redirects are not followed: a link must not travel to another host.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { url, secret, publicUrl, linkSecret, log, now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  // Fails here, once and without the password, instead of in every delivery and with it.
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw new Error('The URL of notifications must not carry a user name or password.');
  const { dispatcher, proxy } =
    options.dispatcher === undefined ? routeTo(url) : { dispatcher: options.dispatcher, proxy: null };
  const links = { publicUrl, secret: linkSecret };
  return {
    async notify(args) {
      const { id, workflowId, notification } = args;
      const text = JSON.stringify(bodyOf(args, links));
      const status = await post(text);
      if (status < 200 || status > 299)
        throw new NotDeliveredError(`${new URL(url).host} answered ${status} to ${notification.type} (${id}).`);
      log.info({ id, workflowId, type: notification.type, status }, 'notified');

      async function post(body: string): Promise<number> {
        try {
          const answer = await undiciFetch(url, {
            method: 'POST',
            headers: {
              'Content-Type': 'application/json',
              'User-Agent': 'layers-onboarding',
              [EVENT_ID_HEADER]: id,
              [SIGNATURE_HEADER]: signWebhook(body, secret, now()),
            },
            body,
            redirect: 'manual',
            signal: AbortSignal.timeout(timeoutMs),
            dispatcher,
          });
          await answer.body?.cancel();
          return answer.status;
        } catch (error) {
          const way = proxy === null ? '' : ` through the proxy ${proxy}`;
          const what = `${new URL(url).host} cannot be reached${way} for ${notification.type} (${id})`;
          throw new NotDeliveredError(`${what}: ${reasonOf(error)}`, { cause: error });
        }
      }
    },
  };
}

/** The reason of a failed fetch, which says nothing but that it failed, stands in its cause. */
const reasonOf = (error: unknown): string => {
  const { cause, message } = error as { cause?: { message?: string }; message: string };
  return plainText(cause?.message || message);
};

/** Where no `ONBOARDING_NOTIFY_URL` is set: says in the log who is asked for what, without any link. */
export const createLogNotifier = (log: Logger): Notifier => ({
  notify({ id, workflowId, customer, mode, notification, ...rest }) {
    const { asked } = asking({ id, workflowId, customer, mode, notification, ...rest });
    log.info({ id, workflowId, type: notification.type, asked }, 'somebody would be notified');
    return Promise.resolve();
  },
});
