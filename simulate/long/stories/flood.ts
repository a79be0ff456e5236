import { randomUUID } from 'node:crypto';
import { authorizeSocial, CUSTOMER_RETURNED, layersEvent, type LayersEvent } from '../../../src/contract/messages';
import { morning } from '../../plan/inputs';
import { quickest } from '../inputs';
import type { Life } from '../life';

/** So many signals are on their way at once. */
const AT_ONCE = 50;

interface Seen {
  /** Between the webhooks and the returns. */
  stage: string;
  /** How often Layers was asked about the account while the customer came back. */
  looked: number;
  /** The consent page was still good. */
  hasConsented: boolean;
  outcome: string;
  posts: number;
}

/**
 * Webhooks come without a pause while an account is to be connected and a round is under review; then the customer comes back
 * as often, with a consent page open. At last the customer says yes, and the reviewer approves.
 */
export async function flood(life: Life, count: number): Promise<Seen> {
  const social = { connect: [{ platform: 'tiktok' as const }] };
  const policy = { waits: { social: { deadline: '14 days' } } };
  await life.start(quickest({ social, policy, schedule: { at: morning(life.now, 7) } }));
  await life.untilReview();
  const { containerId } = (await life.status()).ids;
  await send(life, count, { type: 'content.viewed', data: { containerId } });
  const between = await life.untilStep('social', 'waiting');
  const { authorizeUrl } = await life.insist(() => life.handle.executeUpdate(authorizeSocial, { args: [{}] }));
  const looks = (): number => life.requests('GET', /oauth|social-accounts/);
  const before = looks();
  await send(life, count, { type: CUSTOMER_RETURNED, data: {} });
  const looked = looks() - before;
  const hasConsented = await life.consent(authorizeUrl);
  await life.untilStep('social', 'done');
  await life.approve();
  const { outcome } = await life.handle.result();
  return { stage: between.stage, looked, hasConsented, outcome, posts: life.effects('post.created') };
}

/** What a run takes no more, since it has had as many as a server allows, is sent again. */
async function send({ handle }: Life, count: number, event: Omit<LayersEvent, 'id'>): Promise<void> {
  for (let sent = 0; sent < count;) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - sent) }, () => ({ id: randomUUID(), ...event }));
    const answers = await Promise.allSettled(batch.map((one) => handle.signal(layersEvent, one)));
    sent += answers.filter(({ status }) => status === 'fulfilled').length;
  }
}
