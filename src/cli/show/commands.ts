import { onboardingWorkflowId } from '../../client/find';
import type { OnboardingView } from '../../client/view';
import { commandLine } from '../../contract/commands';

/** What its caller knows besides the onboarding: how commands are typed, and where pages and the Web UI are. */
export interface Links {
  /** How the commands are typed here. Default `layers-onboarding`. */
  program?: string;
  /** The server stops with the onboarding: no command reaches it afterwards. */
  stopsToo?: boolean;
  /** The workflow in Temporal Web UI. */
  webUi?: string;
  /** Where a reviewer decides. */
  review?: string;
  /** Where a reviewer chooses the source. */
  choose?: string;
  /** Where the customer connects an account. */
  connect?: string;
}

/** Writes commands for one onboarding that can be copied as they stand. Options come written, other operands do not. */
export type Commands = (verb: string, options?: readonly string[], operands?: readonly string[]) => string;

/** The shorter name where it is enough to find the onboarding again. */
export function customerArgument(view: Pick<OnboardingView, 'workflowId' | 'status' | 'server'>): string {
  const externalId = view.status?.customer.externalId ?? view.server.customer?.externalId;
  return externalId !== undefined && onboardingWorkflowId(externalId) === view.workflowId
    ? externalId
    : view.workflowId;
}

export function commandsFor(
  view: Pick<OnboardingView, 'workflowId' | 'status' | 'server'>,
  links: Links = {},
): Commands {
  const customer = customerArgument(view);
  return (verb, options, operands = []) =>
    commandLine(links.program ?? 'layers-onboarding', verb, [customer, ...operands], options);
}
