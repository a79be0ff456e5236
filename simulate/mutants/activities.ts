import type { Mutation } from './workflow';

/** Defects of what a worker does for the flow: each in one file, as it is when it has been compiled. */
export const IN_ACTIVITIES: Record<string, Mutation & { file: string }> = {
  'an attempt that comes early is sent': {
    file: 'src/activities/early.ts',
    from: /function tooEarly\([^{]*\)\s*\{/,
    to: 'function tooEarly(){return null;',
  },
  'every refusal counts as the first': {
    file: 'src/activities/heartbeat.ts',
    from: /function nothingDoneYet\(\)\s*\{/,
    to: 'function nothingDoneYet(){return true;',
  },
  'a worker that was frozen sends what it had in hand': {
    file: 'src/activities/pulse.ts',
    from: /function staleAfterFreeze\([^{]*\)\s*\{/,
    to: 'function staleAfterFreeze(){return null;',
  },
  'another API key makes it again': {
    file: 'src/activities/caller.ts',
    from: /creates\s*&&\s*apiKeyId\s*!==\s*as\.apiKeyId/,
    to: 'false',
  },
  'an error that is stored under a key is asked for again': {
    file: 'src/activities/caller.ts',
    from: /isStored\(error\)\s*&&\s*creates/,
    to: 'false',
  },
};
