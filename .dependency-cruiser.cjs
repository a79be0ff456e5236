'use strict';
// The arrows of docs/architecture.md, enforced: see "Layout" there.
const to = (...folders) => ({ path: folders.map((folder) => `^src/${folder}\\b`) });
/** Each room of a folder, why it is one, and the rooms below it: all that it may import of the folder. */
const rooms = (folder, all) =>
  Object.entries(all).map(([room, [comment, ...below]]) => ({
    name: `${folder.split('/').at(-1)}-${room}`,
    comment,
    severity: 'error',
    from: { path: `^${folder}/${room}/` },
    to: { path: `^${folder}/(?!(${[room, ...below].join('|')})\\b)` },
  }));
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
      name: 'steps-know-no-other-step',
      comment:
        'values flow from step to step through the flow; only schedule can lose an account, and asks social for it',
      severity: 'error',
      from: { path: '^src/workflows/steps/(?!schedule)' },
      to: { path: '^src/workflows/steps/' },
    },
    {
      name: 'schedule-knows-social-alone',
      severity: 'error',
      from: { path: '^src/workflows/steps/schedule' },
      to: { path: '^src/workflows/steps/(?!social)' },
    },
    {
      name: 'a-post-and-the-accounts-know-no-step',
      comment: 'what a post is made of, and who connects an account, is used by the steps',
      severity: 'error',
      from: { path: '^src/workflows/(post|accounts)/' },
      to: { path: '^src/workflows/(steps/|ending|reviewedPost|onboardCustomer)' },
    },
    {
      name: 'services-know-no-step',
      comment: 'the ledger, the waits and the board serve every step, and a second workflow as well as the first',
      severity: 'error',
      from: { path: '^src/workflows/(effects|waiting|status)/' },
      to: { path: '^src/workflows/(steps|post|accounts|flow|wanted|values|ending|reviewedPost|onboardCustomer)' },
    },
    {
      name: 'the-flow-knows-no-step',
      severity: 'error',
      from: { path: '^src/workflows/(flow|memory|wanted|layersApi|failures|values)[.]ts' },
      to: { path: '^src/workflows/(steps|post|accounts|ending|reviewedPost|onboardCustomer)' },
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
      comment: 'of the product it shares what every program does at its edge, and nothing that it is there to check',
      severity: 'error',
      from: { path: '^src/sandbox' },
      to: { path: '^src/(?!(sandbox|process))' },
    },
    ...rooms('src/sandbox', {
      format: ['how the API writes ids, times, refusals and pages: knows nothing of the sandbox'],
      faults: ['the rules that bend behaviour, and which of them meet a request: knows requests by their facts alone'],
      world: ['what a sandbox remembers and keeps open: knows no route and no resource', 'faults', 'format'],
      requests: ['what a route is and what it is asked: knows no resource', 'world', 'faults', 'format'],
      resources: [
        'one folder per resource: may finish what another one has begun, and knows not how a request came to it',
        ...['requests', 'world', 'faults', 'format'],
      ],
      pipeline: [
        'what a request meets before and after its route: knows no socket',
        ...['resources', 'requests', 'world', 'faults', 'format'],
      ],
      control: [
        'how tests and people steer it: stands beside the pipeline, and is no part of the API',
        ...['resources', 'requests', 'world', 'faults', 'format'],
      ],
    }),
    {
      name: 'sandbox-routes-are-found-by-the-table',
      comment:
        'what others need of a resource stands in its records, so that a route file can change with its endpoints',
      severity: 'error',
      from: { pathNot: '^src/sandbox/resources/index\\.ts$' },
      to: { path: '^src/sandbox/resources/[^/]+/routes\\.ts$' },
    },
    {
      name: 'sandbox-by-its-entry',
      comment: 'everyone else uses the sandbox as a partner does, by what index.ts exports',
      severity: 'error',
      from: { path: '^(src/(?!sandbox/)|chaos/)' },
      to: { path: '^src/sandbox/(?!index\\.ts$)' },
    },
    ...rooms('chaos', {
      plan: ['all that a seed decides: knows nothing that runs'],
      stage: ['what runs, and how it is reached: does not know what will be done to it', 'plan'],
      storm: ['what people and strikes do: leaves the judging to others', 'stage', 'plan'],
      judge: [
        'evidence and measures, collected when all is over: of the storm it reads the journal',
        ...['storm/journal', 'stage', 'plan'],
      ],
      audit: [
        'judges by evidence and plan alone: its tests write both by hand',
        'judge/(evidence|timeline)',
        'plan/onboarding',
      ],
    }),
    {
      name: 'chaos-auditor-stands-outside',
      comment:
        'it shares no code with what it judges: of the product it knows the contract, and the ledger of the sandbox',
      severity: 'error',
      from: { path: '^chaos/audit/' },
      to: { path: '^src/(?!contract/|sandbox/)' },
    },
    {
      name: 'words-know-the-contract-only',
      comment: 'every surface says things by these words, so they know none of the surfaces',
      severity: 'error',
      from: { path: '^src/words' },
      to: { path: '^src/(?!contract|zones|words)' },
    },
    {
      name: 'zones-stand-alone',
      comment: 'which moment a local time means, and how it is shown: what is read and what is shown must agree',
      severity: 'error',
      from: { path: '^src/zones' },
      to: { path: '^src/(?!zones)' },
    },
    {
      name: 'one-reading-of-zones',
      comment: "Node's own zone data is as old as its build, and a second library would carry a second release",
      severity: 'error',
      from: { path: '^src/(?!zones)' },
      to: { path: 'node_modules/moment' },
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
      name: 'gateway-rooms-apart',
      comment: 'reviewing, choosing, connecting and hearing from Layers change one by one; app.ts alone knows them all',
      severity: 'error',
      from: { path: '^src/gateway/(review|choose|connect|webhooks)/' },
      to: { path: '^src/gateway/(review|choose|connect|webhooks)/', pathNot: '^src/gateway/$1/' },
    },
    {
      name: 'gateway-rooms-are-opened-by-the-app',
      comment: 'the link check and what all rooms share stand below the rooms',
      severity: 'error',
      from: { path: '^src/gateway/(?!app\\.ts|(review|choose|connect|webhooks)/)' },
      to: { path: '^src/gateway/(review|choose|connect|webhooks)/' },
    },
    {
      name: 'gateway-html-knows-no-room',
      comment: 'what every page is made of: it may use addresses and sealed forms, never what one page is about',
      severity: 'error',
      from: { path: '^src/gateway/html/' },
      to: { path: '^src/gateway/(?!(html|http)/)' },
    },
    {
      name: 'gateway-http-and-onboardings-stand-alone',
      comment: 'one knows the browser, the other Temporal; neither knows a page',
      severity: 'error',
      from: { path: '^src/gateway/(http|onboardings)/' },
      to: { path: '^src/gateway/', pathNot: '^src/gateway/$1/' },
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
