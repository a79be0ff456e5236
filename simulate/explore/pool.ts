import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Plan } from '../plan';
import type { Answer, Question } from './child';
import type { Verdict } from './verdict';

/** A world that does not end within this hangs in workflow code, which nothing else would stop. */
const LONGEST_MS = 120_000;

interface Wanted {
  question: Question;
  resolve: (verdict: Verdict) => void;
  reject: (error: Error) => void;
}

/** Processes that play worlds, one for each core: worlds share nothing. */
export class Pool {
  readonly size: number;
  private readonly idle: ChildProcess[] = [];
  private readonly living = new Set<ChildProcess>();
  private readonly waiting: Wanted[] = [];
  private isClosed = false;

  /** @param bundle the file of the workflow bundle */
  constructor(
    private readonly bundle: string,
    { size = availableParallelism(), mutant }: { size?: number; mutant?: string } = {},
  ) {
    this.size = size;
    for (let index = 0; index < size; index += 1) this.begin(mutant);
  }

  /** Plays a world and resolves with what became of it. */
  live(plan: Plan, keep: Partial<Omit<Question, 'plan'>> = {}): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question: { plan, trace: false, histories: false, ...keep }, resolve, reject });
      this.handOut();
    });
  }

  /** Plays many, as many at once as there are cores; verdicts come in the order of the plans. */
  async *each(plans: Iterable<{ plan: Plan } & Partial<Question>>): AsyncGenerator<Verdict> {
    const ahead: Promise<Verdict>[] = [];
    for (const { plan, ...keep } of plans) {
      ahead.push(this.live(plan, keep));
      ahead.at(-1)!.catch(() => undefined); // told when it is its turn
      if (ahead.length >= 4 * this.size) yield await ahead.shift()!;
    }
    for (const verdict of ahead) yield await verdict;
  }

  close(): void {
    this.isClosed = true;
    for (const child of this.living) child.kill('SIGKILL');
  }

  private begin(mutant?: string): void {
    const child = fork(require.resolve('./child.cjs'), [this.bundle, ...(mutant === undefined ? [] : [mutant])], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.living.add(child);
    child.once('message', () => this.release(child));
    child.once('exit', (code) => {
      this.living.delete(child);
      if (this.isClosed) return;
      const error = new Error(`A process that plays worlds has ended (${code ?? 'killed'}).`);
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
  }

  private release(child: ChildProcess): void {
    this.idle.push(child);
    this.handOut();
  }

  private handOut(): void {
    const child = this.idle.pop();
    if (child === undefined) return;
    const wanted = this.waiting.shift();
    if (wanted === undefined) return void this.idle.push(child);
    const { question, resolve, reject } = wanted;
    const fail = (why: string): void => {
      clearTimeout(limit);
      reject(new Error(`Seed ${question.plan.seed}: ${why}`));
    };
    const limit = setTimeout(() => {
      fail(`the world does not end within ${LONGEST_MS / 1_000} s of real time`);
      child.kill('SIGKILL');
    }, LONGEST_MS);
    const onExit = (): void => fail('its process has ended');
    child.once('exit', onExit);
    child.once('message', (answer: Answer) => {
      child.off('exit', onExit);
      if ('error' in answer) fail(answer.error);
      else {
        clearTimeout(limit);
        resolve(answer.verdict);
      }
      this.release(child);
    });
    child.send(question);
  }
}
