import {
  AmbiguousCustomerError,
  MisconfiguredError,
  NoWorkerError,
  OnboardingEndedError,
  OnboardingNotFoundError,
  RefusedError,
  UnreachableError,
} from '../client/errors';
import { ConfigError } from '../config';
import { shellWord } from '../contract/commands';
import { InvalidInputError } from '../input';
import { EXIT, type ExitCode } from './exitCodes';
import { programName, type Io } from './io';
import { VERSION } from './version';

/** The command cannot mean anything as it was typed; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Says what went wrong, and with which code the command ends. Only a defect shows where it happened. */
export function reportError(error: unknown, io: Io): ExitCode {
  if (error instanceof InvalidInputError) {
    const { problems } = error;
    io.err(`The input has ${problems.length} problem${problems.length === 1 ? '' : 's'}; nothing was started.`);
    for (const { path, message } of problems) io.err(`  ${path}: ${message}`);
    return EXIT.usage;
  }
  const code = exitCodeFor(error);
  if (code !== null) io.err((error as Error).message);
  else {
    io.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    io.err(`(layers-onboarding ${VERSION}, Node ${process.version})`);
  }
  if (error instanceof OnboardingNotFoundError) io.err(`See which there are: ${programName(io)} list --all`);
  if (error instanceof AmbiguousCustomerError) {
    io.err('Say which, with the same command:');
    for (const id of error.workflowIds) io.err(`  ${shellWord(id)} --as workflow-id`);
  }
  return code ?? EXIT.failed;
}

function exitCodeFor(error: unknown): ExitCode | null {
  const usage = [UsageError, OnboardingNotFoundError, AmbiguousCustomerError, RefusedError, OnboardingEndedError];
  if (usage.some((kind) => error instanceof kind)) return EXIT.usage;
  if (error instanceof UnreachableError || error instanceof NoWorkerError) return EXIT.unavailable;
  return error instanceof MisconfiguredError || error instanceof ConfigError ? EXIT.misconfigured : null;
}
