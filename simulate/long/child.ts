import '../clock/virtualTime';
import { readFileSync } from 'node:fs';
import { loadWorkflows } from '../world/workflowCode';
import type { Life } from './life';
import { play, type Lived } from './play';
import { STORIES } from './stories';

/** A story that is to be played. */
export interface Question {
  name: keyof typeof STORIES;
  /** What the story takes beside the life. */
  args: unknown[];
}
export type Answer = { lived: Lived<unknown> } | { error: string };

/** A process that plays one story after the other, as its parent asks for them. */
async function main(bundle: string): Promise<void> {
  const workflows = await loadWorkflows(readFileSync(bundle, 'utf8'));
  const answer = async ({ name, args }: Question): Promise<Answer> => {
    const tell = STORIES[name] as (life: Life, ...args: unknown[]) => Promise<unknown>;
    try {
      return { lived: await play((life) => tell(life, ...args), workflows) };
    } catch (error) {
      return { error: error instanceof Error ? error.stack! : String(error) };
    }
  };
  process.on('message', (question: Question) => void answer(question).then((told) => process.send!(told)));
  process.on('disconnect', () => process.exit(0));
}

main(process.argv[2]!).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
