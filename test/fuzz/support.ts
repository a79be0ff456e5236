import { described, round } from '../../fuzz/run';
import { openStage, type Stage } from '../../fuzz/stage/stage';
import type { Target } from '../../fuzz/targets/target';
import { temporalAddress, workflowBundle } from '../support/environment';

/** The same few cases every time; `npm run fuzz` looks for others. */
const SEED = 20_261_130;
/** Of a find the smallest case is looked for within this. */
const WITHIN_MS = 60_000;

/** One stage for the targets of a test file. */
export function bears(...targets: readonly Target[]): void {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ address: temporalAddress(), bundle: workflowBundle() });
  });
  afterAll(() => stage.close());
  test.each(targets.map((target) => [`${target.name}: ${target.about}`, target] as const))(
    '%s',
    async (_, target) => {
      const { find } = await round(stage, target, { seed: SEED, withinMs: WITHIN_MS });
      if (find !== null) throw new Error(described(find), { cause: find.error });
    },
    2 * WITHIN_MS,
  );
}
