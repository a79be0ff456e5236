import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import { MisconfiguredError, OnboardingNotFoundError, UnreachableError } from '../client/errors';
import { admit, admitPost, Refusal, type Deps } from './admit';
import { Buckets, Gathered, Recent, type Allowance } from './bounds';
import { choose, showChoice } from './choose/routes';
import { connectRoutes } from './connect/routes';
import { assetRoutes } from './html/assets';
import { respond } from './html/layout';
import {
  brokenPage,
  earlierOnboardingPage,
  foreignFormPage,
  goneOnboardingPage,
  unknownLinkPage,
  unreachablePage,
} from './html/messages';
import { routedPath } from './http/address';
import { securityHeaders } from './http/headers';
import { healthRoutes } from './http/health';
import { createLook, EarlierOnboardingError } from './onboardings/look';
import type { GatewayOptions } from './options';
import { decide, showReview } from './review/routes';
import { newCounts, webhookRoutes } from './webhooks/routes';

const MAX_FORM_BYTES = 128 * 1024;
const UPDATE_TIMEOUT_MS = 15_000;

/** Updates by one link, which several reviewers may share. What is wrong with a form never becomes an update. */
const ANSWERS: Allowance = { atOnce: 20, everyMs: 15_000 };
/** Consent pages by one link: every platform at once, then one a minute. One that is still good costs nothing. */
const DEPARTURES: Allowance = { atOnce: 5, everyMs: 60_000 };
/** A customer looks at the page within minutes of the consent. */
const ACCOUNT_NAMES_MS = 24 * 3_600_000;
/** Longer than a form that asked for changes counts, also where the clocks of two machines differ. */
const LED_ON_MS = 2 * 3_600_000;

/**
 * The pages for reviewers and customers, and the receiver of Layers' webhooks. Everything that counts is in Temporal:
 * a gateway that is killed and started again, or one of several side by side, answers the same. What it keeps in memory
 * only bounds how much a link holder, a stranger or a repeated webhook can make it do.
 */
export function createGateway(options: GatewayOptions): Hono {
  if (options.secrets.some((secret) => secret === '')) throw new Error('A secret for links is empty.');
  const { now = Date.now, log } = options;
  const deps: Deps = {
    updateTimeoutMs: UPDATE_TIMEOUT_MS,
    ...options,
    now,
    look: createLook(options.client),
    warnings: new Gathered(log),
    answers: new Buckets(ANSWERS, now),
    departures: new Buckets(DEPARTURES, now),
    accountNames: new Recent({ most: 10_000, forMs: ACCOUNT_NAMES_MS, now }),
    ledOn: new Recent({ most: 10_000, forMs: LED_ON_MS, now }),
  };
  const webhooks = newCounts();
  const app = new Hono({ getPath: routedPath });

  app.use(securityHeaders(deps.publicUrl));
  app.use(async (context, next) => {
    const begun = now();
    await next();
    // The route and not the address, which holds the token.
    const fields = { method: context.req.method, route: routePath(context, -1), status: context.res.status };
    log.debug({ ...fields, ms: now() - begun }, 'request');
  });
  app.route('/', healthRoutes(deps, webhooks));
  app.route('/', webhookRoutes(deps, webhooks));
  app.route('/', assetRoutes());
  const tooLarge = bodyLimit({
    maxSize: MAX_FORM_BYTES,
    onError: (context) => respond(context, { ...foreignFormPage(), status: 413 }),
  });
  app.use('/r/*', tooLarge).use('/c/*', tooLarge);
  app.route('/', reviewerRoutes(deps));
  app.route('/', connectRoutes(deps));

  app.notFound((context) => respond(context, unknownLinkPage()));
  app.onError((error, context) => {
    if (error instanceof EarlierOnboardingError) return respond(context, earlierOnboardingPage());
    if (error instanceof OnboardingNotFoundError) return respond(context, goneOnboardingPage());
    if (error instanceof UnreachableError || error instanceof MisconfiguredError) {
      log.error({ cause: error.message }, 'Temporal cannot be used');
      return respond(context, unreachablePage());
    }
    const reference = randomUUID().slice(0, 8);
    log.error({ err: error, reference }, 'a page failed');
    return respond(context, brokenPage(reference));
  });
  return app;
}

/**
 * `/r/:token`: a reviewer looks at a review and decides it, or chooses a source; the link's scope says which. A GET
 * never changes anything.
 */
function reviewerRoutes(deps: Deps): Hono {
  const scopes = ['view', 'decide', 'choose'] as const;
  return new Hono()
    .get('/r/:token', async (context) => {
      const admitted = admit(context, deps, scopes);
      if (admitted instanceof Refusal) return admitted.response;
      const show = admitted.link.scope === 'choose' ? showChoice : showReview;
      return show(context, deps, admitted);
    })
    .post('/r/:token', async (context) => {
      const posted = await admitPost(context, deps, scopes);
      if (posted instanceof Refusal) return posted.response;
      const take = posted.link.scope === 'choose' ? choose : decide;
      return take(context, deps, posted);
    });
}
