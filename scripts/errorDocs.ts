// Writes docs/errors.md from the error catalogue: `npm run docs:errors`. A test holds the page in step with it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, type CatalogueEntry, type ErrorCode } from '../src/contract/catalogue';
import { FACTS, REFUSALS } from './errorFacts';

const CODES = Object.keys(CATALOGUE) as ErrorCode[];

const WHO: Record<CatalogueEntry['who'], string> = {
  operator: 'an operator',
  engineer: 'an engineer',
  customer: 'the customer',
  reviewer: 'a reviewer',
  layers: "Layers' support",
};

const KINDS: Record<CatalogueEntry['retry'], string> = {
  temporal: 'Temporal tries again: after 1 second, doubling to 1 minute, for a day. Nothing is blocked meanwhile.',
  heals:
    'The step is blocked, and tries again by itself: after 5 minutes, doubling to 1 hour. The other steps go on meanwhile.',
  operator: 'The step is blocked until somebody answers. The other steps go on meanwhile.',
  flow: 'The flow has an answer of its own, and blocks the step only when that is used up.',
};

const SHORT: Record<CatalogueEntry['retry'], string> = {
  temporal: 'retried by Temporal',
  heals: 'blocks, tries again by itself',
  operator: 'blocks',
  flow: 'has its own answer first',
};

const SOURCES: Record<CatalogueEntry['source'], [title: string, intro: string]> = {
  layers: [
    'Codes of the Layers API',
    'What Layers itself answers with, as `error.code`, `details.code` or the error of a job.',
  ],
  network: [
    'The network, and answers that nobody documented',
    'What this side makes of no answer, or of one that says nothing.',
  ],
  flow: ['Codes of the flow', 'Where the onboarding itself cannot decide, and asks.'],
};

function origin({ source, http }: CatalogueEntry): string {
  if (source === 'flow') return 'this flow';
  const status = http.length === 0 ? '' : `HTTP ${http.join(', ')}`;
  if (source === 'network') return status === '' ? 'the connection or the answer' : `no answer, or ${status}`;
  return status === '' ? 'Layers' : `Layers, ${status}`;
}

/** What a command does decides how it is announced. */
function label(command: string): string {
  if (command.startsWith('layers-onboarding link ')) return 'For the customer, once that is done';
  return / (retry|skip|abort) /.test(command) ? 'Once that is done' : 'To look';
}

function section(code: ErrorCode): string[] {
  const entry: CatalogueEntry = CATALOGUE[code];
  const { where, byItself, command, note } = FACTS[code];
  return [
    `<a id="${code}"></a>`,
    '',
    `### ${code}`,
    '',
    entry.meaning,
    '',
    '| | |',
    '| --- | --- |',
    `| Comes from | ${origin(entry)} |`,
    `| Comes up in | ${where} |`,
    `| By itself | ${byItself ?? KINDS[entry.retry]} |`,
    `| Who acts | ${entry.retry === 'temporal' ? `nobody; if it lasts, ${WHO[entry.who]}` : WHO[entry.who]} |`,
    `| Fix | ${entry.fix} |`,
    '',
    `${label(command)}:`,
    '',
    '```bash',
    command,
    '```',
    '',
    ...(note === undefined ? [] : [note, '']),
  ];
}

const index = (): string[] => [
  '| Code | Meaning | By itself | Who acts |',
  '| --- | --- | --- | --- |',
  ...CODES.map((code) => {
    const { meaning, retry, who } = CATALOGUE[code];
    return `| [${code}](#${code}) | ${meaning} | ${FACTS[code].short ?? SHORT[retry]} | ${WHO[who]} |`;
  }),
  '',
];

const INTRO = `# Errors

<!-- Made from src/contract/catalogue.ts and scripts/errorFacts.ts by \`npm run docs:errors\`. Change those, not this page. -->

One section per code that a blocked step, the column \`LayersErrorCode\`, a log line or a webhook can carry. In the examples
\`acme-coffee\` stands for the customer; a workflow id will do as well.

## How to answer a blocked step

Completed steps never run again. \`retry\` lets the blocked step go on, with new input if it needs some; \`skip\` goes on without
it (\`media\`, \`keywords\`, \`social\` and \`schedule\`); \`abort\` gives up and cleans up.

\`\`\`bash
layers-onboarding status acme-coffee
layers-onboarding retry acme-coffee
layers-onboarding retry acme-coffee --step media --item https://cdn.example.com/logo.png
layers-onboarding retry acme-coffee --step source --input '{"keyword":"cold brew"}'
layers-onboarding retry --all --error BILLING_EXHAUSTED
\`\`\`

\`--step\` may be left out where only one is blocked. \`retry --all --error CODE\` answers every onboarding of the namespace that
waits for one cause: mend it once, type it once. The same without this package, from the Temporal CLI (in the Web UI: *Update*,
\`resolveStep\`, the same JSON):

\`\`\`bash
temporal workflow update execute --workflow-id onboard-acme-coffee --name resolveStep \\
  --input '{"step":"content","action":"retry","operator":"olga"}'
\`\`\`

The payload also takes \`item\`, \`reason\` and \`input\`; \`action\` is \`retry\`, \`skip\` or \`abort\`. For a whole fleet the Temporal CLI
has no such command (updates cannot be batched): that is what \`retry --all\` is for.

## What happens by itself

| | |
| --- | --- |
| ${SHORT.temporal} | ${KINDS.temporal} A read that fails for 24 hours, or until the deadline of what it waits for, blocks its step with the last code, and the step then tries again by itself like the next kind; a write that got no answer for 23 hours is looked for, and sent again only when its effect is not there. |
| ${SHORT.heals} | ${KINDS.heals} Nobody has to type anything: \`retry\` is for the impatient. |
| ${SHORT.operator} | ${KINDS.operator} |
| ${SHORT.flow} | ${KINDS.flow} |

A blocked step never fails the onboarding, and time does not hurt it. The partner hears of it once per cause
(\`step.blocked\`, where a notifier is configured).

## All codes
`;

const ENDINGS = `## How an onboarding fails

Only two failures end an onboarding; a rejected or expired review is a result.

| Failure | Meaning | What to do |
| --- | --- | --- |
| \`InvalidInput\` | The input is wrong. The message has a line \`path: what is wrong\` per problem, the details the same as data. Nothing was sent to Layers | Correct it and start again; the same customer may be started again at once |
| \`Aborted\` | An operator gave up at a blocked step; what costs or publishes was taken back | Start again: what is there at Layers is adopted |

## Refused messages

A refusal changes nothing and leaves nothing in the history. The CLI ends with 2 and shows how the onboarding stands.

The server itself refuses an update with \`FAILED_PRECONDITION\` (“unexpected workflow task failure”) where it would end the
onboarding in the moment in which something else is reported to it. Nothing has come of it: send it again, under the same update
id. The CLI, the library and the pages do so.

| Refusal | Meaning and what to do |
| --- | --- |
${Object.entries(REFUSALS)
  .map(([type, meaning]) => `| \`${type}\` | ${meaning} |`)
  .join('\n')}

## No errors, though they look like some

| In the Web UI | Meaning |
| --- | --- |
| \`NotReady\` on a pending activity | A wait: Layers is still working. The message says how far it is and when the next look is |
| \`ApiKeyChanged\` on a failed activity | The worker holds another API key than before. The flow looks for what was done with the old one, and goes on |
`;

/** The whole page. */
export function renderErrorDocs(): string {
  const sections = (Object.keys(SOURCES) as CatalogueEntry['source'][]).flatMap((source) => {
    const [title, intro] = SOURCES[source];
    return [
      `## ${title}`,
      '',
      intro,
      '',
      ...CODES.filter((code) => CATALOGUE[code].source === source).flatMap(section),
    ];
  });
  return [INTRO, ...index(), ...sections, ENDINGS].join('\n');
}

if (require.main === module) writeFileSync(join(__dirname, '../docs/errors.md'), renderErrorDocs());
