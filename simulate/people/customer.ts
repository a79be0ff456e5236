import { RefusedError } from '../../src/client/errors';
import { authorizeSocial } from '../../src/client/messages';
import { attend, type Next } from './attend';
import type { Row } from './lists';
import type { Onboarding } from './onboarding';

/** Time on the consent page, in milliseconds: some take longer than it lives. */
const ON_THE_PAGE_MS = { least: 1_000, most: 900_000 };

/** Asks for a consent page and says yes, until the accounts that are asked for are connected. */
export class Customer {
  private asked = 0;

  constructor(private readonly onboarding: Onboarding) {}

  attend(): Promise<void> {
    return attend('the customer', this.onboarding, (row) => this.look(row));
  }

  private async look(row: Row): Promise<Next> {
    if (!this.isReady(row)) return 'wait';
    const { connect } = await this.onboarding.status();
    if (connect === null || connect.every(({ connected }) => connected)) return 'wait';
    await this.connect(row);
    return 'look again';
  }

  /** Those who are late connect when the post is under review. */
  private isReady({ status, attention, stage }: Row): boolean {
    if (status !== 'RUNNING' || !attention.some((who) => who === 'customer' || who === 'reviewer')) return false;
    return this.onboarding.plan.account !== 'late consent' || stage === 'review' || stage === 'schedule';
  }

  private async connect({ runId }: Row): Promise<void> {
    const { onboarding } = this;
    const { client, clock, console } = onboarding.around;
    // One that was not answered is asked for again under the same id, and counts once.
    const updateId = `connect-${this.asked}-${runId}`;
    try {
      const { authorizeUrl } = await authorizeSocial(client, { workflowId: onboarding.workflowId }, {}, { updateId });
      await clock.sleep(clock.random.spread(ON_THE_PAGE_MS.least, ON_THE_PAGE_MS.most));
      const isAlive = await console.consent(authorizeUrl);
      onboarding.say(isAlive ? 'the customer says yes' : 'the consent page has died');
      this.asked += 1;
    } catch (error) {
      if (error instanceof RefusedError) this.asked += 1;
      throw error;
    }
  }
}
