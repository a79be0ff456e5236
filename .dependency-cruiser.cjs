'use strict';
// The arrows of docs/architecture.md, enforced: see "Layout" there.
const to = (...folders) => ({ path: folders.map((folder) => `^src/${folder}\\b`) });
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contract-stands-alone',
      severity: 'error',
      from: { path: '^src/contract' },
      to: { path: '^src/(?!contract)' },
    },
    {
      name: 'workflows-see-only-the-contract',
      severity: 'error',
      from: { path: '^src/workflows' },
      to: { path: '^src/(?!contract|workflows)' },
    },
    {
      name: 'workflow-bundle-packages',
      comment: 'zod, undici and Node built-ins stay out of the workflow bundle',
      severity: 'error',
      from: { path: '^src/(workflows|contract)' },
      to: {
        dependencyTypes: ['npm', 'core'],
        pathNot: 'node_modules/(@temporalio/(workflow|common)|uuid)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'layers-knows-the-api-only',
      severity: 'error',
      from: { path: '^src/layers' },
      to: { path: '^src/(?!contract|layers)' },
    },
    {
      name: 'activities-use-layers-and-input',
      severity: 'error',
      from: { path: '^src/activities' },
      to: { path: '^src/(?!contract|layers|input|activities)' },
    },
    {
      name: 'sandbox-is-independent',
      severity: 'error',
      from: { path: '^src/sandbox' },
      to: { path: '^src/(?!sandbox)' },
    },
    {
      name: 'words-know-the-contract-only',
      comment: 'every surface says things by these words, so they know none of the surfaces',
      severity: 'error',
      from: { path: '^src/words' },
      to: { path: '^src/(?!contract|words)' },
    },
    {
      name: 'cli-shows-without-verbs',
      comment: 'what draws an onboarding serves the verbs and the demo alike, so it knows neither',
      severity: 'error',
      from: { path: '^src/cli/show/' },
      to: { path: '^src/cli/(verbs/|local/|main\\.ts|cli\\.ts)' },
    },
    {
      name: 'cli-verbs-stand-side-by-side',
      comment: 'a verb is one file: what several verbs do lies in verbs/parts, which knows no verb either',
      severity: 'error',
      from: { path: '^src/cli/verbs/' },
      to: { path: '^src/cli/(verbs/[^/]+\\.ts|local/|main\\.ts)' },
    },
    {
      name: 'cli-parts-serve-verbs-only',
      comment: 'what the demo needs too lies in show/ or beside main.ts',
      severity: 'error',
      from: { path: '^src/(?!cli/verbs/)' },
      to: { path: '^src/cli/verbs/parts/' },
    },
    {
      name: 'cli-local-is-a-program-of-its-own',
      comment:
        'demo and dev bring worker, gateway and sandbox along: the command line must not load them, nor they its verbs',
      severity: 'error',
      from: { path: '^src/cli/local/' },
      to: { path: '^src/cli/(verbs/|main\\.ts|cli\\.ts)' },
    },
    {
      name: 'nothing-imports-the-local-stack',
      severity: 'error',
      from: { path: '^src/(?!cli/local/)' },
      to: { path: '^src/cli/local/' },
    },
    {
      name: 'nobody-inside-imports-the-edges',
      severity: 'error',
      from: to('input', 'temporal', 'layers', 'activities', 'workflows'),
      to: to('cli', 'gateway', 'words', 'worker', 'starter'),
    },
    {
      name: 'client-entry-without-the-worker',
      comment: "a partner's backend imports the client side only: @temporalio/worker carries 148 MB of native code",
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: 'node_modules/@temporalio/(worker|activity|testing)/', reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
