import type { Mode } from '../contract/steps';
import { keyMode } from './key';
import { ConfigError, type ConfigProblem } from './problems';
import type { RateLimits, RateTier } from './rates';
import { type Environment, readVariable } from './read';
import { type ProcessName, VARIABLES, type VariableKey, variables } from './variables';

export interface Config {
  layers: {
    apiKey: string | null;
    /** Of the key; `null` without one. */
    mode: Mode | null;
    baseUrl: string;
    rateTier: RateTier | null;
    /** Figures that replace those of the tier. */
    perMinute: Partial<RateLimits>;
    /** The current signing secret and, during a rotation, others. */
    webhookSecrets: readonly string[];
  };
  taskQueue: string;
  httpPort: number;
  /** `null`: every address where there is a public URL, else this machine alone. */
  httpHost: string | null;
  publicUrl: string | null;
  /** The first one signs. */
  linkSecrets: readonly string[];
  /** Complete or absent: what is sent carries links to the gateway. */
  notify: { url: string; secret: string; publicUrl: string; linkSecret: string } | null;
  metricsAddress: string | null;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** Opted in to Worker Deployment Versioning. */
  deployment: { deploymentName: string; buildId: string } | null;
  /** What works, and is not safe: sentences for the log. */
  warnings: readonly string[];
}
export type WorkerConfig = Config & { layers: { apiKey: string; mode: Mode } };
export type GatewayConfig = Config & { linkSecrets: readonly [string, ...string[]] };

/** What a process needs from the environment. Throws `ConfigError` with everything that is wrong. */
export function loadConfig(process: 'worker', env?: Environment): WorkerConfig;
export function loadConfig(process: 'gateway', env?: Environment): GatewayConfig;
export function loadConfig(process: 'cli', env?: Environment): Config;
export function loadConfig(name: ProcessName, env: Environment = process.env): Config {
  const { values, problems } = readAll(name, env);
  problems.push(...acrossVariables(name, values, problems));
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(values);
}

/** What the schemas made of the variables that are set, or have a default. */
type Values = { [K in VariableKey]?: (typeof VARIABLES)[K]['schema']['_output'] };

function readAll(name: ProcessName, env: Environment): { values: Values; problems: ConfigProblem[] } {
  const values: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const [key, variable] of variables) {
    const { text = variable.byDefault, problem } = readVariable(variable, env);
    if (problem !== undefined) problems.push(problemOf(key, problem));
    else if (text !== undefined) {
      const parsed = variable.schema.safeParse(text);
      if (parsed.success) values[key] = parsed.data;
      else problems.push(...parsed.error.issues.map((issue) => problemOf(key, issue.message)));
    } else if (variable.neededBy?.includes(name)) problems.push(problemOf(key, `is not set; the ${name} needs it`));
  }
  return { values, problems };
}

const problemOf = (key: VariableKey, problem: string): ConfigProblem => {
  const { name, example } = VARIABLES[key];
  return { variable: name, problem, example };
};

function acrossVariables(name: ProcessName, values: Values, known: readonly ConfigProblem[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const demand = (needed: VariableKey, because: VariableKey): void => {
    if (values[because] === undefined || values[needed] !== undefined) return;
    if (known.some(({ variable }) => variable === VARIABLES[needed].name)) return;
    problems.push(problemOf(needed, `is not set, but ${VARIABLES[because].name} is`));
  };
  if (name === 'worker') {
    demand('notifySecret', 'notifyUrl');
    demand('linkSecrets', 'notifyUrl'); // what is sent carries links
    demand('publicUrl', 'notifyUrl');
    demand('buildId', 'deploymentName');
    demand('deploymentName', 'buildId');
  }
  if (values.apiKey !== undefined && keyMode(values.apiKey) === 'live' && values.baseUrl?.startsWith('http:'))
    problems.push(problemOf('baseUrl', 'must be https with a live key, which would travel in the clear'));
  problems.push(...sharedSecrets(values));
  return problems;
}

/** Secrets that Layers knows must not be ours as well: whoever has them there could sign our links. */
const KNOWN_TO_LAYERS = ['apiKey', 'webhookSecrets'] as const;
const OUR_OWN = ['linkSecrets', 'notifySecret'] as const;
type SecretKey = (typeof KNOWN_TO_LAYERS | typeof OUR_OWN)[number];

const same = (values: Values, one: SecretKey, other: SecretKey): boolean =>
  [values[one] ?? []].flat().some((text) => [values[other] ?? []].flat().includes(text));

const sharedSecrets = (values: Values): ConfigProblem[] =>
  OUR_OWN.flatMap((key) =>
    KNOWN_TO_LAYERS.filter((other) => same(values, key, other)).map((other) =>
      problemOf(key, `must not be the same as ${VARIABLES[other].name}, which Layers knows`),
    ),
  );

/** Whether what is sent there can be read on the way: plain http to another machine. */
const inTheClear = (url: string | undefined): boolean =>
  url !== undefined && url.startsWith('http:') && !isThisMachine(new URL(url).hostname);

const isThisMachine = (host: string): boolean => /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);

function warningsOf(values: Values): string[] {
  const { publicUrl, notifyUrl } = values;
  const nameOf = (key: VariableKey): string => VARIABLES[key].name;
  return [
    ...(inTheClear(publicUrl)
      ? [`${nameOf('publicUrl')} is plain http: links that decide and connect can be read on the way; use https`]
      : []),
    ...(inTheClear(notifyUrl)
      ? [
          `${nameOf('notifyUrl')} is plain http: notifications, with links that decide, can be read on the way; use https`,
        ]
      : []),
    ...(same(values, 'notifySecret', 'linkSecrets')
      ? [
          `${nameOf('notifySecret')} is the same as ${nameOf('linkSecrets')}: whoever checks notifications could sign links`,
        ]
      : []),
  ];
}

function toConfig(values: Values): Config {
  const { apiKey = null, publicUrl = null, linkSecrets = [], deploymentName, buildId } = values;
  return {
    layers: {
      apiKey,
      mode: apiKey === null ? null : keyMode(apiKey),
      baseUrl: values.baseUrl!,
      rateTier: values.rateTier ?? null,
      perMinute: {
        ...(values.readsPerMinute && { reads: values.readsPerMinute }),
        ...(values.writesPerMinute && { writes: values.writesPerMinute }),
        ...(values.startsPerMinute && { starts: values.startsPerMinute }),
      },
      webhookSecrets: values.webhookSecrets ?? [],
    },
    taskQueue: values.taskQueue!,
    httpPort: values.httpPort!,
    httpHost: values.httpHost ?? null,
    publicUrl,
    linkSecrets,
    notify: toNotify(values),
    metricsAddress: values.metricsAddress ?? null,
    logLevel: values.logLevel!,
    deployment: deploymentName && buildId ? { deploymentName, buildId } : null,
    warnings: warningsOf(values),
  };
}

function toNotify({
  notifyUrl: url,
  notifySecret: secret,
  publicUrl,
  linkSecrets: [linkSecret] = [],
}: Values): Config['notify'] {
  return url && secret && publicUrl && linkSecret ? { url, secret, publicUrl, linkSecret } : null;
}
