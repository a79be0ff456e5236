import { isIP } from 'node:net';
import { z } from 'zod';
import { type RateTier, TIERS } from './rates';
import { listenAddress, secret, secrets, url, wholeNumber } from './schemas';

/** Processes that read the environment. */
export type ProcessName = 'worker' | 'gateway' | 'cli';

export interface Variable {
  name: string;
  /** One sentence for `.env.example` and the table of problems. */
  meaning: string;
  example: string;
  /** What its absence means; `undefined`: nothing is configured. */
  byDefault?: string;
  /** Also read from the file that `<name>_FILE` names, and shown nowhere. */
  secret?: true;
  /** Processes that cannot start without it. */
  neededBy?: readonly ProcessName[];
  schema: z.ZodType<unknown, string>;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
const TIER_NAMES = Object.keys(TIERS) as RateTier[];
const oneOf = (values: readonly string[]) => ({ error: `must be one of ${values.join(', ')}` });

const perMinute = wholeNumber(5, 1_000_000); // below 5 nothing is left of the limit: see tasksPerSecond

/** Every variable of its own that a process reads. Temporal's are read by `@temporalio/envconfig`. */
export const VARIABLES = {
  apiKey: {
    name: 'LAYERS_API_KEY',
    meaning: 'The API key. lp_test_… is the Layers sandbox; every other key is live: it bills and publishes.',
    example: 'lp_test_…',
    secret: true,
    neededBy: ['worker'],
    schema: z.string().regex(/^lp_[\x21-\x7e]{3,}$/, { error: 'must be a key that begins with lp_' }),
  },
  baseUrl: {
    name: 'LAYERS_BASE_URL',
    meaning: 'Where the Layers API is, or a sandbox of your own.',
    example: 'http://127.0.0.1:4010',
    byDefault: 'https://api.layers.com',
    schema: url({ without: '/v1' }), // every request brings its own
  },
  rateTier: {
    name: 'LAYERS_RATE_TIER',
    meaning: 'The rate-limit tier of the key: standard, pilot or partner. Absent: what Layers says, else standard.',
    example: 'standard',
    schema: z.enum(TIER_NAMES, oneOf(TIER_NAMES)),
  },
  readsPerMinute: {
    name: 'LAYERS_READS_PER_MINUTE',
    meaning: 'Reads per minute, instead of the figure of the tier. Every worker must have the same.',
    example: '120',
    schema: perMinute,
  },
  writesPerMinute: {
    name: 'LAYERS_WRITES_PER_MINUTE',
    meaning: 'Writes per minute, instead of the figure of the tier.',
    example: '60',
    schema: perMinute,
  },
  startsPerMinute: {
    name: 'LAYERS_STARTS_PER_MINUTE',
    meaning: 'Started jobs per minute, instead of the figure of the tier.',
    example: '20',
    schema: perMinute,
  },
  webhookSecrets: {
    name: 'LAYERS_WEBHOOK_SECRET',
    meaning: 'Signing secret of the webhook endpoint at Layers; several, comma-separated, during a rotation.',
    example: 'whsec_…',
    secret: true,
    schema: secrets(8),
  },
  taskQueue: {
    name: 'ONBOARDING_TASK_QUEUE',
    meaning: 'Task queue of the workflow; those of the API buckets are named after it. One per API key.',
    example: 'layers-onboarding',
    byDefault: 'layers-onboarding',
    schema: z.string().regex(/^[\w.-]{1,200}$/, { error: 'must be letters, digits, dots, hyphens and underscores' }),
  },
  httpPort: {
    name: 'ONBOARDING_HTTP_PORT',
    meaning: 'Port of the gateway: review page, account connection, webhooks.',
    example: '3000',
    byDefault: '3000',
    schema: wholeNumber(0, 65_535),
  },
  httpHost: {
    name: 'ONBOARDING_HTTP_HOST',
    meaning:
      'IP address that the gateway listens on. Absent: every one, of IPv6 and IPv4 (::), or 127.0.0.1 without ONBOARDING_PUBLIC_URL.',
    example: '::',
    schema: z.string().refine((text) => isIP(text) !== 0, { error: 'must be an IP address, like :: or 0.0.0.0' }),
  },
  publicUrl: {
    name: 'ONBOARDING_PUBLIC_URL',
    meaning: 'Where reviewers and customers reach the gateway. Its host must be on the list of the API key.',
    example: 'https://onboarding.example.com',
    schema: url(),
  },
  linkSecrets: {
    name: 'ONBOARDING_LINK_SECRET',
    meaning:
      'Signs the links to the review and connect pages; several, comma-separated, during a rotation. Made for instance by `openssl rand -base64 32`.',
    example: '32 random characters or more',
    secret: true,
    neededBy: ['gateway'],
    schema: secrets(32),
  },
  notifyUrl: {
    name: 'ONBOARDING_NOTIFY_URL',
    meaning: 'Is told, by a signed POST, when somebody has to act and how an onboarding ended.',
    example: 'https://backend.example.com/onboarding-events',
    schema: url({ query: true }),
  },
  notifySecret: {
    name: 'ONBOARDING_NOTIFY_SECRET',
    meaning: 'Signs what is sent to ONBOARDING_NOTIFY_URL.',
    example: '32 random characters or more',
    secret: true,
    schema: secret(16),
  },
  metricsAddress: {
    name: 'ONBOARDING_METRICS_ADDRESS',
    meaning: 'Where the worker serves metrics for Prometheus. Absent: nowhere.',
    example: '127.0.0.1:9464',
    schema: listenAddress,
  },
  logLevel: {
    name: 'ONBOARDING_LOG_LEVEL',
    meaning: 'How much is logged, as JSON lines: trace, debug, info, warn or error.',
    example: 'debug',
    byDefault: 'info',
    schema: z.enum(LOG_LEVELS, oneOf(LOG_LEVELS)),
  },
  deploymentName: {
    name: 'TEMPORAL_DEPLOYMENT_NAME',
    meaning: 'With TEMPORAL_WORKER_BUILD_ID: opts in to Worker Deployment Versioning.',
    example: 'layers-onboarding',
    // Temporal joins the two with a dot, and keeps names that begin with two underscores to itself
    schema: z.string().regex(/^(?!__)[\w-]{1,200}$/, { error: 'must be letters, digits, hyphens and underscores' }),
  },
  buildId: {
    name: 'TEMPORAL_WORKER_BUILD_ID',
    meaning: 'The build of this worker; running onboardings stay with the build that began them.',
    example: '1f3c9ab',
    schema: z
      .string()
      .regex(/^(?!__)[\w.+-]{1,200}$/, { error: 'must be letters, digits, dots, plus, hyphens and underscores' }),
  },
} as const satisfies Record<string, Variable>;

export type VariableKey = keyof typeof VARIABLES;
export const variables = Object.entries(VARIABLES) as [VariableKey, Variable][];
