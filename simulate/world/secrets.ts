import type { Random } from '../clock/random';

const hex = (random: Random): string => random.bytes(12).toString('hex');

/** What no history and no log may hold. Keys of one organization begin alike. */
export class Secrets {
  readonly workerKey: string;
  readonly nextWorkerKey: string;
  readonly operatorKey: string;
  readonly webhook: string;
  readonly links: string;
  readonly notifications: string;

  constructor(random: Random) {
    const key = (): string => `lp_test_sim_${hex(random)}`;
    this.workerKey = key();
    this.nextWorkerKey = key();
    this.operatorKey = key();
    this.webhook = `whsec_${hex(random)}`;
    this.links = `link-${hex(random)}`;
    this.notifications = `notify-${hex(random)}`;
  }

  get all(): string[] {
    return Object.values(this) as string[];
  }
}
