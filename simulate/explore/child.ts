import '../clock/virtualTime';
import '../mutants/onLoad';
import { readFileSync } from 'node:fs';
import { temporal } from '@temporalio/proto';
import { mutated } from '../mutants';
import type { Plan } from '../plan';
import { live } from '../world/live';
import { loadWorkflows } from '../world/workflowCode';
import type { Verdict } from './verdict';

/** A world that is to be played, and what is to be kept of it. */
export interface Question {
  plan: Plan;
  trace: boolean;
  histories: boolean;
}
export type Answer = { verdict: Verdict } | { error: string };

const { History } = temporal.api.history.v1;

/** A process that plays one world after the other, as its parent asks for them. */
async function main(bundle: string, mutant?: string): Promise<void> {
  const code = readFileSync(bundle, 'utf8');
  const workflows = await loadWorkflows(mutant === undefined ? code : mutated(mutant, code));
  const play = async ({ plan, trace, histories }: Question): Promise<Verdict> => {
    const lived = await live(plan, { workflows, trace, keep: histories });
    return {
      ...lived,
      histories: lived.histories.map(({ workflowId, runId, history }) => ({
        workflowId,
        runId,
        history: History.encode(history).finish(),
      })),
    };
  };
  process.on('message', (question: Question) => {
    play(question).then(
      (verdict) => process.send!({ verdict } satisfies Answer),
      (error: unknown) =>
        process.send!({ error: error instanceof Error ? error.stack! : String(error) } satisfies Answer),
    );
  });
  process.on('disconnect', () => process.exit(0));
  process.send!('ready');
}

const [bundle, mutant] = process.argv.slice(2);
main(bundle!, mutant).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
