import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Invariant, Violation } from '../../chaos/audit';
import type { OnboardingPlan, Wave } from '../../chaos/plan';
import { runChaos } from '../../chaos/run';
import { bundleMutant, newFolder, type Edit } from './support/mutant';

/** Three mistakes against which the durable engine is no help, each with a run that is small and meets it. */
const PLANTED: Record<string, { edit: Edit; waves: () => Wave[]; caught: Invariant[] }> = {
  'keys are taken from the run id': {
    edit: {
      file: 'effects/effects.ts',
      replace: 'private readonly workflowId = workflowInfo().workflowId;',
      by: 'private readonly workflowId = workflowInfo().runId;',
    },
    // A reset changes the run id while the first upload is still on its way.
    waves: () => [wave('history reset', aimed('before send', 'upload'))],
    caught: ['one effect per intent', 'same key, same body'],
  },
  'nothing is looked for before it is created': {
    edit: {
      file: 'effects/effects.ts',
      replace:
        'const isDoubted = (!this.trustsReplays && !(isUnused && !this.isContinued)) || this.isUnanswered(intent);',
      by: 'const isDoubted = false as boolean;',
    },
    // Under another API key Layers does not know the idempotency keys of what got no answer.
    waves: () => [wave('key rotated', aimed('after the effect', 'upload'), aimed('after the effect', 'remix'))],
    caught: ['one effect per intent'],
  },
  'nobody is asked for approval': {
    edit: {
      file: 'steps/review.ts',
      replace: "!wanted.plan.review.required && content.approvalStatus !== 'pending'",
      by: 'true',
    },
    waves: () => [wave(null, aimed(null))],
    caught: ['order kept'],
  },
};

const aimed = (point: NonNullable<OnboardingPlan['aim']>['point'] | null, carrier: 'upload' | 'remix' = 'upload') => ({
  customer: `planted-${randomUUID().slice(0, 8)}`,
  ending: 'scheduled' as const,
  stopAt: null,
  again: false,
  changes: false,
  mirrored: false,
  account: 'named' as const,
  accountId: `sa_${randomUUID()}`,
  onCancel: 'keep' as const,
  thinkMs: 1,
  aim: point === null ? null : { point, carrier },
  faults: [],
});

const wave = (strike: Wave['strike'], ...onboardings: OnboardingPlan[]): Wave => ({ strike, freezeMs: 0, onboardings });

async function violationsOf(edit: Edit | null, waves: Wave[]): Promise<Violation[]> {
  const folder = newFolder();
  try {
    const { violations } = await runChaos({
      plan: { seed: 1, waves },
      folder,
      bundle: edit === null ? process.env.TEST_WORKFLOW_BUNDLE! : await bundleMutant(folder, edit),
      perMinute: { reads: 3_000, writes: 3_000, starts: 3_000 },
      temporalAddress: process.env.TEST_TEMPORAL_ADDRESS!,
      patience: { faultsMs: 0, drainMs: 60_000 },
    });
    return violations;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The auditor is worth something only if it fails where the workflow is wrong, and only there. */
describe('planted bugs', () => {
  const runs = new Map<string, Promise<Violation[]>>();
  beforeAll(() => {
    // Side by side, since most of the time goes into waiting for the time-outs of what was killed.
    for (const [name, { edit, waves }] of Object.entries(PLANTED)) runs.set(name, violationsOf(edit, waves()));
    runs.set(
      'none',
      violationsOf(
        null,
        Object.values(PLANTED).flatMap(({ waves }) => waves()),
      ),
    );
    for (const run of runs.values()) run.catch(() => undefined);
  });
  afterAll(() => Promise.allSettled(runs.values()));

  it.each(Object.keys(PLANTED))(
    '%s: caught',
    async (name) => {
      const violations = await runs.get(name)!;
      expect([...new Set(violations.map(({ invariant }) => invariant))]).toEqual(
        expect.arrayContaining(PLANTED[name]!.caught),
      );
    },
    180_000,
  );

  it('the workflow as it is passes the same runs', async () => {
    expect(await runs.get('none')).toEqual([]);
  }, 180_000);
});
