import { flood } from './flood';
import { reminders } from './reminders';
import { revokedKey } from './revokedKey';
import { wrongDecisions } from './wrongDecisions';

/** What an onboarding may live through. */
export const STORIES = { revokedKey, reminders, flood, wrongDecisions };
