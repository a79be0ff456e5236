/** Links to the gateway's pages: made by the notifier, the command line and the demo, checked by the gateway. */
export { seal, unseal } from './seal';
export { LINK_SCOPES, onboardingOf, signLink, verifyLink, type Link, type LinkScope } from './token';
export { chooseLink, connectLink, reviewLink, reviewLinkExpiry, viewLink, type LinkMaker, type MadeLink } from './urls';
