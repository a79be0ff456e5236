/** The input of an onboarding: what is allowed, what it means, and how a part of it is replaced. */
export { inputDigest } from './digest';
export { formatProblems, InvalidInputError } from './problems';
export { replaceStepInput, type Replacement } from './replace';
export { inputJsonSchema, MAX_TARGETS } from './schema';
export { MIN_LEAD_MS, resolveTime, type Resolved } from './time';
export { validateInput, type Validated, type ValidateOptions } from './validate';
