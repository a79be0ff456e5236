import * as fc from 'fast-check';
import { input } from './inputs';
import { hostileText, jsonOf } from './values';

/** Environments, command lines and files, as people and other programs hand them over. */

const VERBS = [
  ...['setup', 'start', 'watch', 'status', 'approve', 'request-changes', 'reject', 'choose', 'link', 'retry', 'skip'],
  ...['abort', 'cancel', 'list', 'replay', 'help', '--version', '--help', ''],
];
const OPTIONS = [
  ...[
    '--by',
    '--comment',
    '--reason',
    '--json',
    '--all',
    '--at',
    '--step',
    '--item',
    '--input',
    '--revision',
    '--wait',
  ],
  ...['--help', '-h', '--', '--again', '--organization', '--unknown', '--source'],
];

/** Stands for an onboarding that waits. */
export const WAITING = '$waiting';

export const commandLine: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...VERBS) }, hostileText),
    fc.array(
      fc.oneof(
        fc.constantFrom(...OPTIONS),
        fc.constantFrom(WAITING, 'acme', 'onboard-acme', 'media', '0'),
        hostileText,
      ),
      { maxLength: 5 },
    ),
  )
  // No program is started with a NUL in its arguments: the system refuses.
  .map(([verb, rest]) => [verb, ...rest].map((word) => word.replaceAll('\u0000', '')));

/** The bytes of an input file, in base64: right, or written by another program in another encoding, or cut off. */
export const fileBytes: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(input.map(jsonOf), hostileText),
    fc.constantFrom<BufferEncoding>('utf8', 'utf8', 'latin1', 'utf16le'),
    fc.constantFrom('', '\ufeff'),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([text, encoding, mark, cut]) => {
    const bytes = Buffer.from(mark + text, encoding);
    return bytes.subarray(0, bytes.length - cut).toString('base64');
  });

const VARIABLES = [
  ...[
    'LAYERS_API_KEY',
    'LAYERS_API_KEY_FILE',
    'LAYERS_BASE_URL',
    'LAYERS_RATE_TIER',
    'LAYERS_READS_PER_MINUTE',
    'LAYERS_WEBHOOK_SECRET',
  ],
  ...[
    'ONBOARDING_TASK_QUEUE',
    'ONBOARDING_HTTP_PORT',
    'ONBOARDING_PUBLIC_URL',
    'ONBOARDING_LINK_SECRET',
    'ONBOARDING_NOTIFY_URL',
  ],
  ...['ONBOARDING_NOTIFY_SECRET', 'ONBOARDING_METRICS_ADDRESS', 'LOG_LEVEL', 'TEMPORAL_ADDRESS', 'ONBOARDING_BUILD_ID'],
];
const setting = fc.oneof(
  fc.constantFrom(
    'lp_test_acme_1',
    'lp_live_acme_1\r',
    'https://api.layers.com/v1',
    'http://api.layers.com',
    'https://u:p@a.example/?q#h',
    '70000',
    '1e3',
    ' 3000 ',
    '"x"',
  ),
  hostileText,
);

export const environment: fc.Arbitrary<Record<string, string>> = fc
  .dictionary(fc.constantFrom(...VARIABLES), setting, { maxKeys: 8, noNullPrototype: true })
  .map((variables) =>
    Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, text.replaceAll('\u0000', '')])),
  );
