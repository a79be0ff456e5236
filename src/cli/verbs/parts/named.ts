import { Option, type Command } from 'commander';
import type { OnboardingName } from '../../../client/find';

export interface NameFlags {
  as?: 'customer' | 'workflow-id';
}

/** The argument and the option of every verb that is about one onboarding. */
export const withCustomer = (command: Command, argument = '<customer>'): Command =>
  command
    .argument(argument, "the customer's external id, or a workflow id")
    .addOption(
      new Option('--as <what>', 'which of the two it is, where both exist and are different onboardings').choices([
        'customer',
        'workflow-id',
      ]),
    );

/** Whom a person means by what was typed. */
export function named(typed: string, { as }: NameFlags): OnboardingName {
  switch (as) {
    case 'customer':
      return { customer: typed };
    case 'workflow-id':
      return { workflowId: typed };
    default:
      return typed;
  }
}
