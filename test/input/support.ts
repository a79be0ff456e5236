import { formatProblems, InvalidInputError, validateInput } from '../../src/input';
import { acmeCoffee } from './acme';

export const NOW = Date.UTC(2026, 10, 22, 12);
export const check = (input: unknown, workflowId: string | null = null) =>
  validateInput(input, { now: NOW, workflowId });

export function linesOf(input: unknown, workflowId: string | null = null): string[] {
  const result = check(input, workflowId);
  return 'problems' in result ? formatProblems(result.problems).split('\n') : [];
}

export function planOf(input: unknown) {
  const result = check(input);
  if ('problems' in result) throw new InvalidInputError(result.problems);
  return result.plan;
}

/** Acme Coffee with something changed; `undefined` takes a field away. */
export const acme = (part: Record<string, unknown>): unknown => ({ ...acmeCoffee(), ...part });
export const acmeProject = (part: Record<string, unknown>): unknown =>
  acme({ project: { ...acmeCoffee().project, ...part } });
export const scheduled = (schedule: Record<string, unknown>): unknown =>
  acme({ social: { socialAccountIds: ['sa_1'] }, schedule: { at: '2026-12-01T09:00', ...schedule } });
export const target = (part: Record<string, unknown> = {}) => ({ socialAccountId: 'sa_1', mode: 'publish', ...part });
