import { RefusedError } from '../../src/client/errors';
import { resolveStep } from '../../src/client/messages';
import type { Blocked, OnboardingStatus } from '../../src/contract/status';
import { answerTo, type Answer } from './answers';
import { attend, type Next } from './attend';
import type { Row } from './lists';
import type { Onboarding } from './onboarding';

/** So often blocks may be answered before it is clear that it never will go on. */
const MOST_ANSWERS = 80;
const ALL_SCOPES = ['*', 'org:admin'];
const A_LOT = 1_000_000;

/** The partner's operator: mends at Layers what does not heal by itself, and says how a blocked step goes on. */
export class Operator {
  /** By step, item and code: answers that did not help. */
  private readonly answered = new Map<string, number>();
  private answers = 0;
  private isMirrored = false;

  constructor(private readonly onboarding: Onboarding) {}

  async attend(): Promise<void> {
    const { plan } = this.onboarding;
    const attending = [attend('the operator', this.onboarding, (row) => this.look(row))];
    if (plan.mirrored) attending.push(attend('the operator', this.onboarding, (row) => this.askLayersReviewers(row)));
    await Promise.all(attending);
  }

  private async look({ status, errorCodes }: Row): Promise<Next> {
    if (status !== 'RUNNING' || errorCodes.length === 0) return 'wait';
    const seen = await this.onboarding.status();
    if (seen.blocked.length === 0) return 'wait';
    for (const blocked of seen.blocked) await this.answer(blocked, seen);
    return 'look again';
  }

  private async answer(blocked: Blocked, seen: OnboardingStatus): Promise<void> {
    const { onboarding, answered } = this;
    const { around, plan, workflowId } = onboarding;
    if ((this.answers += 1) > MOST_ANSWERS)
      return around.journal.despair(`${plan.customer} is blocked for ever: ${blocked.step}, ${blocked.code}`);
    const { step, item, code } = blocked;
    const name = `${step} ${item ?? ''} ${code}`;
    const times = answered.get(name) ?? 0;
    answered.set(name, times + 1);
    await this.mend(blocked, seen, times);
    const answer = await this.choose(blocked, seen, times);
    const { input } = answer as { input?: { at?: string } };
    onboarding.say(`blocked: ${name}; the operator answers ${answer.action} ${JSON.stringify(input ?? '')}`);
    const args = { step, operator: 'olga', ...(item === undefined ? {} : { item }), ...answer };
    try {
      await resolveStep(around.client, { workflowId }, args);
    } catch (error) {
      // It may have healed by itself meanwhile.
      if (!(error instanceof RefusedError)) throw error;
      onboarding.say(`the operator is refused: ${error.message}`);
      return;
    }
    if (input?.at !== undefined) around.journal.postAt.set(plan.customer, input.at);
  }

  private async choose(blocked: Blocked, { ids }: OnboardingStatus, times: number): Promise<Answer> {
    if (this.isAborting(blocked)) return { action: 'abort' };
    const { console } = this.onboarding.around;
    const [account] =
      blocked.code === 'AmbiguousAccount' && ids.projectId !== undefined ? await console.accounts(ids.projectId) : [];
    if (account !== undefined) return { action: 'retry', input: { socialAccountIds: [account] } };
    return answerTo(this.onboarding, blocked, times);
  }

  private isAborting({ step }: Blocked): boolean {
    const { plan, isSecondCourse, isToBeAborted } = this.onboarding;
    if (isSecondCourse) return false;
    return isToBeAborted || (plan.ending === 'aborted' && step === plan.trouble);
  }

  /** Has the key set right, tops up, un-archives, connects an account, gives up on what is lost. */
  private async mend({ code, step }: Blocked, { ids }: OnboardingStatus, times: number): Promise<void> {
    const { around, plan } = this.onboarding;
    const { console } = around;
    if (['UNAUTHENTICATED', 'KILL_SWITCH', 'FORBIDDEN_SCOPE'].includes(code))
      await console.support('POST', '/keys', {
        key: around.apiKey(),
        killed: false,
        revoked: false,
        scopes: ALL_SCOPES,
      });
    if (code === 'BILLING_EXHAUSTED') await console.support('POST', '/credits', { balance: A_LOT });
    if (code === 'AccountNotUsable' && times > 0 && ids.projectId !== undefined)
      await console.support('POST', '/accounts', { projectId: ids.projectId, id: plan.accountId });
    if (code === 'DeadlinePassed' && step === 'content' && ids.jobId !== undefined)
      await console.asOperator('POST', `/v1/jobs/${ids.jobId}/cancel`, {}).catch(() => undefined);
    await console.revive(plan.customer);
  }

  /** Has Layers' own reviewers asked by the project's policy, as soon as there is a project. */
  private async askLayersReviewers({ status, projectId }: Row): Promise<Next> {
    if (this.isMirrored || status !== 'RUNNING' || projectId === null) return 'wait';
    this.isMirrored = true;
    const { console } = this.onboarding.around;
    await console.asOperator('PATCH', `/v1/projects/${projectId}/content-review-policy`, { policy: 'review_all' });
    return 'wait';
  }
}
