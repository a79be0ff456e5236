import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { status as statusQuery } from '../../src/contract/messages';
import type { OnboardingStatus } from '../../src/contract/status';
import { until } from './until';
import type { Doors } from './doors';

/** What an onboarding waits for when the strangers come. */
export type Wait = 'review' | 'choice' | 'consent' | 'operator';

const DESCRIPTION =
  'Coffee for runners and night-shift workers: single-origin beans, roasted weekly, shipped when you need them.';
const BRIEF = { earliest: '20ms', typical: '60ms', deadline: '60s' };

/** An input that works, and goes as fast as it can. */
export const plainInput = (customerExternalId: string): Record<string, unknown> => ({
  project: {
    ...{
      name: 'Acme Coffee',
      customerExternalId,
      timezone: 'UTC',
      appName: 'Acme Coffee',
      appDescription: DESCRIPTION,
    },
  },
  policy: { waits: { influencer: BRIEF, keywords: BRIEF, content: BRIEF } },
});

/** What leads an onboarding to wait like this, and how its status shows that it does. */
const WAITS: Record<Wait, { input: object; waits: (status: OnboardingStatus) => boolean }> = {
  review: { input: {}, waits: ({ review }) => review !== null && review.decision === undefined },
  choice: { input: { content: { source: { pick: 'person' } } }, waits: ({ choices }) => choices !== null },
  consent: {
    input: { social: { connect: [{ platform: 'tiktok' }] }, schedule: { at: '2031-12-01T09:00' } },
    waits: ({ connect }) => connect !== null,
  },
  operator: {
    input: { appMedia: [{ kind: 'logo', url: 'https://cdn.acme.com/logo.png' }] },
    waits: ({ blocked }) => blocked.length > 0,
  },
};

/** Onboardings that wait for somebody: one of each kind is on its way before it is asked for. */
export class WaitingRoom {
  private readonly next = new Map<Wait, Promise<WorkflowHandle>>();

  constructor(private readonly stage: Doors) {}

  async take(wait: Wait): Promise<WorkflowHandle> {
    const taken = this.next.get(wait) ?? this.open(wait);
    const following = this.open(wait);
    following.catch(() => undefined); // told when it is taken
    this.next.set(wait, following);
    return taken;
  }

  /** Once none is on its way any more. */
  async close(): Promise<void> {
    await Promise.allSettled(this.next.values());
  }

  private async open(wait: Wait): Promise<WorkflowHandle> {
    const customer = `fuzz-${randomUUID().slice(0, 12)}`;
    if (wait === 'operator')
      await this.stage.bend(customer, [
        {
          match: { path: '/app-media$', method: 'POST' },
          times: 1,
          action: { kind: 'answer', status: 422, code: 'VALIDATION' },
        },
      ]);
    const value = { ...plainInput(customer), ...WAITS[wait].input };
    const handle = await this.stage.start([{ encoding: 'json/plain', value }], `onboard-${customer}`);
    await until(
      async () => WAITS[wait].waits(await handle.query(statusQuery)),
      30_000,
      `an onboarding that waits for ${wait}`,
    );
    return handle;
  }
}
