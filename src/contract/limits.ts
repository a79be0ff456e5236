/** Bounds that more than one side holds: the workflow, the input's check, and every surface that asks a person. */

/** Layers takes a post 30 s late at most, and a step or two comes between: a time less than this ahead counts as past. */
export const MIN_LEAD_MS = 5 * 60_000;

/** Most characters of a comment, a reason or a note to a slide (layers/API.md: `reason`, `note`). */
export const MAX_COMMENT = 1024;

/** Most characters of the name of a person who decides. */
export const MAX_NAME = 200;

/** Most bytes of an input, or of a message, as JSON: Temporal takes 2 MB at once, and a plan goes beside its input. */
export const MAX_JSON_BYTES = 512 * 1024;

/** How deep an input, or a message, may be nested. */
export const MAX_DEPTH = 50;

/** Most characters of what names one of several things: an asset is named by its URL. */
export const MAX_ITEM = 2048;
