import type { Fleet } from '../stage/fleet';
import type { LedgerIndex } from '../stage/ledgerIndex';
import type { Stage } from '../stage/stage';
import type { Journal } from './journal';

/** What everything in a storm works with. */
export interface StormContext {
  stage: Stage;
  fleet: Fleet;
  ledger: LedgerIndex;
  journal: Journal;
}
