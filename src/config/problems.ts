import Table from 'cli-table3';

export interface ConfigProblem {
  variable: string;
  problem: string;
  example: string;
}

/** Exit code of every process that is configured wrongly (EX_CONFIG). */
export const EXIT_CONFIG = 78;

/** Everything that is wrong with the environment of a process, as one table. The edges exit with `EXIT_CONFIG`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode = EXIT_CONFIG;

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(`The configuration is not usable:\n${table(problems)}\nAll variables: .env.example`);
  }
}

function table(problems: readonly ConfigProblem[]): string {
  const rows = new Table({ head: ['Variable', 'What is wrong', 'Example'], style: { head: [], border: [] } });
  for (const { variable, problem, example } of problems) rows.push([variable, problem, example]);
  return rows.toString();
}
