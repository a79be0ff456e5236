/** The input of an onboarding: what is allowed, what it means, and how a part of it is replaced. */
export { inputDigest } from './digest';
export { formatProblems, InvalidInputError } from './problems';
export { replaceStepInput } from './replace';
export { inputJsonSchema } from './schema';
export { resolveTime } from './time';
export { validateInput } from './validate';
