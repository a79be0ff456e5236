import { RefusedError } from '../../../src/client/errors';
import { authorizeSocial } from '../../../src/client/messages';
import type { View } from '../../stage/fleet';
import type { Onboarding } from '../onboarding';
import type { Operator } from './operator';

/** Asks for a consent page and says yes, until an account is connected. */
export class Customer {
  /** Consent pages asked for and given, or refused: each one more is a request of its own. */
  private asked = 0;

  constructor(
    private readonly onboarding: Onboarding,
    private readonly operator: Operator,
  ) {}

  /** Says yes where that is still to be done; `false` where it is not. */
  async connect(view: View): Promise<boolean> {
    const { context, workflowId } = this.onboarding;
    if (!this.mayConnect(view) || this.isConnected()) return false;
    const updateId = `connect-${this.asked}-${view.runId}`;
    try {
      const { authorizeUrl } = await authorizeSocial(context.stage.client, workflowId, {}, { updateId });
      await context.stage.layers.consent(authorizeUrl);
      this.asked += 1;
    } catch (error) {
      if (error instanceof RefusedError) {
        this.asked += 1;
        await this.operator.mend(null);
      }
      throw error;
    }
    return true;
  }

  private mayConnect({ attention, stage }: View): boolean {
    const { account } = this.onboarding.plan;
    if (account === 'late consent') return attention === 'reviewer';
    return account === 'consent' && ['preparing', 'source', 'content', 'review'].includes(stage);
  }

  private isConnected(): boolean {
    return this.onboarding.effects('account.connected').length > 0;
  }
}
