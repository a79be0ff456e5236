import { MisconfiguredError, UnreachableError } from '../client/errors';
import { ConfigError, EXIT_CONFIG } from '../config';

const EXIT_UNAVAILABLE = 75;

/** What a supervisor can tell from the exit code: 78 needs a person, 75 needs patience. */
export function exitCode(error: unknown): number {
  if (error instanceof ConfigError || error instanceof MisconfiguredError) return EXIT_CONFIG;
  return error instanceof UnreachableError ? EXIT_UNAVAILABLE : 1;
}
