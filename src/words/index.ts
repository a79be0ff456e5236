/** How every surface says the same thing: the command line, the pages, the notifications and the Web UI. */
export { handle, platformName } from './accounts';
export { decisionText, decisionTitle } from './decisions';
export { listed } from './lists';
export { fieldTime, moment, momentWithUtc, offset, shortMoment, timeInUtc } from './moments';
export { isUtc, place } from './places';
export { duration, roughSpan, span } from './spans';
