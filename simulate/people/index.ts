import { Customer } from './customer';
import type { Onboarding } from './onboarding';
import { Operator } from './operator';
import { Owner } from './owner';
import { Reviewers } from './reviewers';

/** What people do: they know what the service shows them, and nothing else. */
export { Console } from './console';
export { Journal } from './journal';
export { Lists } from './lists';
export { Onboarding, type Surroundings } from './onboarding';
export type { Owner } from './owner';
export { mayBeReset, reset } from './reset';

/** Lets the people around one onboarding live; who started it knows when it is over. */
export function liveAround(onboarding: Onboarding): Owner {
  const owner = new Owner(onboarding);
  const { journal } = onboarding.around;
  for (const life of [
    owner.live(),
    new Customer(onboarding).attend(),
    new Reviewers(onboarding).attend(),
    new Operator(onboarding).attend(),
  ])
    life.catch((error: unknown) => journal.despair(error instanceof Error ? (error.stack ?? error.message) : 'lost'));
  return owner;
}
