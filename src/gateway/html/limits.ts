import { MAX_COMMENT, MAX_NAME } from '../../contract/limits';

/** The most characters that a field takes: told to the browser, and checked again when the form arrives. */
export const LIMITS = {
  name: MAX_NAME,
  comment: MAX_COMMENT,
  keyword: 200,
  /** Of a slideshow, as it is copied from a browser. */
  address: 500,
  /** What Layers takes to describe a persona, as in the input. */
  persona: 60,
} as const;
