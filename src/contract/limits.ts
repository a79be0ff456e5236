/** Bounds that more than one side holds: the workflow, the input's check, and every surface that asks a person. */

/** Layers takes a post 30 s late at most, and a step or two comes between: a time less than this ahead counts as past. */
export const MIN_LEAD_MS = 5 * 60_000;

/** Most characters of a comment, a reason or a note to a slide (layers/API.md: `reason`, `note`). */
export const MAX_COMMENT = 1024;

/** Most characters of the name of a person who decides. */
export const MAX_NAME = 200;

/** Most characters of a customer's external id. */
export const MAX_EXTERNAL_ID = 200;

/** Most reminders of one question: each costs events, and a person who did not answer to so many does not read them. */
export const MAX_REMINDERS = 500;

/** Most bytes of a workflow id: Temporal on an SQL store has no more. */
export const MAX_WORKFLOW_ID_BYTES = 255;

/** Most bytes of an organization's id, which is a fairness key: Temporal takes no longer one. */
export const MAX_ORGANIZATION_ID_BYTES = 64;

/**
 * Most bytes of an input as JSON in UTF-8. Temporal takes no payload over 2 MB, and the largest that an onboarding makes hold the
 * input, the plan made of it (no larger than the input) and what has been learned. An SDK that writes `\uXXXX` for every letter
 * beyond ASCII makes three times as much of it at the start, at worst.
 */
export const MAX_JSON_BYTES = 512 * 1024;

/** Deeper than any input is, and far from what exhausts a stack. */
export const MAX_DEPTH = 50;

/** Most problems that one refusal lists: a failure has to fit into a payload, and nobody reads on. */
export const MAX_PROBLEMS = 50;

/** Most characters of what names one of several things: an asset is named by its URL. */
export const MAX_ITEM = 2048;
