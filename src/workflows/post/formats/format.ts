import type { ContentRecord } from '../../../contract/activities';
import type { Flow } from '../../flow';
import type { Order } from '../draft';

/** How content of one format is asked for, and known again. */
export interface Format {
  /** What distinguishes two requests of a round; it goes into the key, so it must never change. */
  itemOf(order: Order): string;
  start(flow: Flow, order: Order, key: string): Promise<{ jobId: string; containerId: string }>;
  /** Whether content may be the answer to this request. */
  fits(content: ContentRecord, order: Order): boolean;
  /** What was made, for people. */
  describe(content: ContentRecord): string;
  /** Codes that put the source at fault, so that another one is worth trying. */
  unsuitable: readonly ('NOT_A_SLIDESHOW' | 'MODERATION_BLOCKED')[];
}
