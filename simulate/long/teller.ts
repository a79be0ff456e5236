import { fork, type ChildProcess } from 'node:child_process';
import type { Answer, Question } from './child';
import type { Lived } from './play';
import type { STORIES } from './stories';

type Name = keyof typeof STORIES;
type Story<N extends Name> = (typeof STORIES)[N];
type Args<N extends Name> = Parameters<Story<N>> extends [unknown, ...infer Rest] ? Rest : never;
type Seen<N extends Name> = Awaited<ReturnType<Story<N>>>;

/** Objects that live for a moment are collected more cheaply by that: in megabytes. */
const YOUNG_MB = 64;

/** Plays stories in a process of its own, one after the other: virtual time holds for all of a process. */
export class Teller {
  private readonly child: ChildProcess;
  private last: Promise<unknown> = Promise.resolve();

  /** @param bundle the file of the workflow bundle */
  constructor(bundle: string) {
    this.child = fork(require.resolve('./child.cjs'), [bundle], {
      execArgv: [`--max-semi-space-size=${YOUNG_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  /** Resolves when it has been played. */
  tell<N extends Name>(name: N, ...args: Args<N>): Promise<Lived<Seen<N>>> {
    const told = this.last.then(() => this.ask({ name, args })) as Promise<Lived<Seen<N>>>;
    this.last = told.catch(() => undefined); // whoever waits is told
    return told;
  }

  close(): void {
    this.child.kill('SIGKILL');
  }

  private ask(question: Question): Promise<Lived<unknown>> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error(`${question.name}: its process has ended`));
      child.once('exit', onExit);
      child.once('message', (answer: Answer) => {
        child.off('exit', onExit);
        if ('error' in answer) reject(new Error(`${question.name}: ${answer.error}`));
        else resolve(answer.lived);
      });
      child.send(question);
    });
  }
}
