import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  ConfigError,
  type Environment,
  keyMode,
  loadConfig,
  renderEnvExample,
  shownKey,
  tasksPerSecond,
  TIERS,
  variables,
} from '../../src/config';

const KEY = 'lp_test_ABCDEFGHIJKLMNOP_secretsecretsecret9f2c';
const SECRET = 'a-secret-of-more-than-32-characters!';

function problems(process: 'worker' | 'gateway' | 'cli', env: Environment): string[] {
  try {
    loadConfig(process as 'cli', env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => `${variable} ${problem}`);
  }
}

describe('the configuration', () => {
  it('has defaults for everything but what a process needs', () => {
    expect(loadConfig('worker', { LAYERS_API_KEY: KEY })).toEqual({
      layers: {
        apiKey: KEY,
        mode: 'sandbox',
        baseUrl: 'https://api.layers.com',
        rateTier: null,
        perMinute: {},
        webhookSecrets: [],
      },
      taskQueue: 'layers-onboarding',
      httpPort: 3000,
      httpHost: null,
      publicUrl: null,
      linkSecrets: [],
      notify: null,
      metricsAddress: null,
      logLevel: 'info',
      deployment: null,
    });
    expect(loadConfig('cli', {}).layers).toMatchObject({ apiKey: null, mode: null });
  });

  it('reads every variable', () => {
    expect(
      loadConfig('worker', {
        LAYERS_API_KEY: 'lp_live_ABCDEFGHIJKLMNOP_secret',
        LAYERS_BASE_URL: 'https://layers.example/',
        LAYERS_RATE_TIER: 'pilot',
        LAYERS_READS_PER_MINUTE: '100',
        LAYERS_WRITES_PER_MINUTE: '50',
        LAYERS_STARTS_PER_MINUTE: '10',
        LAYERS_WEBHOOK_SECRET: 'whsec_one1, whsec_two2',
        ONBOARDING_TASK_QUEUE: 'acme.queue',
        ONBOARDING_HTTP_HOST: '::1',
        ONBOARDING_HTTP_PORT: '0',
        ONBOARDING_PUBLIC_URL: 'https://onboarding.example/',
        ONBOARDING_LINK_SECRET: `${SECRET},${SECRET}2`,
        ONBOARDING_NOTIFY_URL: 'http://127.0.0.1:9/notify',
        ONBOARDING_NOTIFY_SECRET: SECRET,
        ONBOARDING_METRICS_ADDRESS: '0.0.0.0:9464',
        ONBOARDING_LOG_LEVEL: 'debug',
        TEMPORAL_DEPLOYMENT_NAME: 'onboarding',
        TEMPORAL_WORKER_BUILD_ID: 'abc',
      }),
    ).toEqual({
      layers: {
        apiKey: 'lp_live_ABCDEFGHIJKLMNOP_secret',
        mode: 'live',
        baseUrl: 'https://layers.example',
        rateTier: 'pilot',
        perMinute: { reads: 100, writes: 50, starts: 10 },
        webhookSecrets: ['whsec_one1', 'whsec_two2'],
      },
      taskQueue: 'acme.queue',
      httpPort: 0,
      httpHost: '::1',
      publicUrl: 'https://onboarding.example',
      linkSecrets: [SECRET, `${SECRET}2`],
      notify: {
        url: 'http://127.0.0.1:9/notify',
        secret: SECRET,
        publicUrl: 'https://onboarding.example',
        linkSecret: SECRET,
      },
      metricsAddress: '0.0.0.0:9464',
      logLevel: 'debug',
      deployment: { deploymentName: 'onboarding', buildId: 'abc' },
    });
  });

  it('tells every problem in one table, with an example, and without the secrets', () => {
    const env = { LAYERS_API_KEY: 'sk_very_secret', ONBOARDING_HTTP_PORT: '99999', ONBOARDING_LOG_LEVEL: 'loud' };
    expect(problems('worker', env)).toEqual([
      'LAYERS_API_KEY must be a key that begins with lp_',
      'ONBOARDING_HTTP_PORT must be a whole number from 0 to 65535',
      'ONBOARDING_LOG_LEVEL must be one of trace, debug, info, warn, error',
    ]);
    let message = '';
    try {
      loadConfig('worker', env);
    } catch (error) {
      expect((error as ConfigError).exitCode).toBe(78);
      message = (error as ConfigError).message;
    }
    expect(message).toMatch(/│ Variable +│ What is wrong +│ Example +│/);
    expect(message).toMatch(/│ ONBOARDING_HTTP_PORT +│ must be a whole number from 0 to 65535 +│ 3000 +│/);
    expect(message).not.toContain('sk_very_secret');
  });

  it.each<['worker' | 'gateway' | 'cli', Environment, string[]]>([
    ['worker', {}, ['LAYERS_API_KEY is not set; the worker needs it']],
    ['gateway', {}, ['ONBOARDING_LINK_SECRET is not set; the gateway needs it']],
    ['cli', {}, []],
    ['worker', { LAYERS_API_KEY: '' }, ['LAYERS_API_KEY is not set; the worker needs it']],
    [
      'gateway',
      { ONBOARDING_LINK_SECRET: 'short' },
      ['ONBOARDING_LINK_SECRET must be at least 32 characters long, each if several are separated by commas'],
    ],
    [
      'cli',
      { LAYERS_BASE_URL: 'api.layers.com' },
      ['LAYERS_BASE_URL must be a URL that begins with https:// or http://'],
    ],
    [
      'cli',
      { ONBOARDING_NOTIFY_URL: 'https://hook:s3cret@backend.example' },
      ['ONBOARDING_NOTIFY_URL must not carry a user name or password'],
    ],
    ['cli', { LAYERS_READS_PER_MINUTE: '0' }, ['LAYERS_READS_PER_MINUTE must be a whole number from 5 to 1000000']],
    [
      'cli',
      { LAYERS_WEBHOOK_SECRET: 'whsec_one1,,' },
      ['LAYERS_WEBHOOK_SECRET must be at least 8 characters long, each if several are separated by commas'],
    ],
    ['cli', { ONBOARDING_METRICS_ADDRESS: '9464' }, ['ONBOARDING_METRICS_ADDRESS must be an IP address and a port']],
    ['cli', { LAYERS_RATE_TIER: 'gold' }, ['LAYERS_RATE_TIER must be one of standard, pilot, partner']],
    [
      'worker',
      { LAYERS_API_KEY: 'lp_live_secret', LAYERS_BASE_URL: 'http://layers.example' },
      ['LAYERS_BASE_URL must be https with a live key, which would travel in the clear'],
    ],
    ['worker', { LAYERS_API_KEY: KEY, LAYERS_BASE_URL: 'http://127.0.0.1:4010' }, []],
    [
      'worker',
      { LAYERS_API_KEY: KEY, ONBOARDING_NOTIFY_URL: 'https://backend.example' },
      [
        'ONBOARDING_NOTIFY_SECRET is not set, but ONBOARDING_NOTIFY_URL is',
        'ONBOARDING_LINK_SECRET is not set, but ONBOARDING_NOTIFY_URL is',
        'ONBOARDING_PUBLIC_URL is not set, but ONBOARDING_NOTIFY_URL is',
      ],
    ],
    [
      'worker',
      { LAYERS_API_KEY: KEY, TEMPORAL_WORKER_BUILD_ID: 'abc' },
      ['TEMPORAL_DEPLOYMENT_NAME is not set, but TEMPORAL_WORKER_BUILD_ID is'],
    ],
  ])('%s with %j', (process, env, expected) => {
    expect(problems(process, env)).toEqual(expected);
  });
});

describe('secrets in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read without the line end', () => {
    const config = loadConfig('gateway', {
      LAYERS_API_KEY_FILE: file('key', `${KEY}\n`),
      ONBOARDING_LINK_SECRET_FILE: file('link', SECRET),
    });
    expect([config.layers.apiKey, config.linkSecrets]).toEqual([KEY, [SECRET]]);
  });

  it('must exist, say something, and be the only source', () => {
    const missing = join(folder, 'missing');
    const empty = file('empty', '\n');
    expect(problems('worker', { LAYERS_API_KEY_FILE: missing })).toEqual([
      `LAYERS_API_KEY the file of LAYERS_API_KEY_FILE cannot be read (ENOENT): ${missing}`,
    ]);
    expect(problems('worker', { LAYERS_API_KEY_FILE: empty })).toEqual([
      `LAYERS_API_KEY the file of LAYERS_API_KEY_FILE is empty: ${empty}`,
    ]);
    expect(problems('worker', { LAYERS_API_KEY: KEY, LAYERS_API_KEY_FILE: empty })).toEqual([
      'LAYERS_API_KEY is set, and LAYERS_API_KEY_FILE too; unset one of them',
    ]);
  });

  it('exist for secrets only', () => {
    expect(variables.filter(([, variable]) => variable.secret).map(([, variable]) => variable.name)).toEqual([
      'LAYERS_API_KEY',
      'LAYERS_WEBHOOK_SECRET',
      'ONBOARDING_LINK_SECRET',
      'ONBOARDING_NOTIFY_SECRET',
    ]);
    expect(loadConfig('cli', { LAYERS_RATE_TIER_FILE: '/nowhere' }).layers.rateTier).toBeNull();
  });
});

describe('.env.example', () => {
  const text = readFileSync(join(__dirname, '../../.env.example'), 'utf8');

  it('is in step with the variables', () => {
    expect(text).toBe(renderEnvExample());
  });

  it('names each variable once, and only their defaults and examples are valid', () => {
    for (const [, { name, schema, secret, byDefault, example }] of variables) {
      expect(text.match(new RegExp(`^#? ?${name}=`, 'gm'))).toHaveLength(1);
      if (!secret) expect([name, schema.safeParse(byDefault ?? example).success]).toEqual([name, true]);
    }
  });
});

describe('keys', () => {
  it('are the sandbox only when they say so', () => {
    expect([keyMode('lp_test_x'), keyMode('lp_live_x'), keyMode('lp_x')]).toEqual(['sandbox', 'live', 'live']);
  });

  it('are shown by kind and last characters', () => {
    expect(shownKey(KEY)).toBe('lp_test_…9f2c');
    expect(shownKey('lp_live_ABCDEFGHIJKLMNOP')).toBe('lp_live_…MNOP');
    expect(shownKey('lp_opaque-and-long-9f2c')).toBe('lp_…9f2c');
    expect(shownKey('lp_test_short')).toBe('lp_test_…');
    expect(shownKey('nonsense-nonsense')).toBe('lp_…ense');
  });
});

describe('rates', () => {
  it.each([
    [TIERS.standard.reads, 1, 1.95],
    [TIERS.standard.writes, 1, 0.95],
    [TIERS.standard.starts, 1, 17 / 60],
    [TIERS.standard.starts, 4, 16 / 60],
    [TIERS.partner.reads, 4, 6000 / 61.5],
  ])('%d a minute on %d partitions is %f tasks a second', (limit, partitions, rate) => {
    expect(tasksPerSecond(limit, partitions)).toBeCloseTo(rate, 10);
  });

  it('stays below the limit with the measured overshoot, and above nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 10_000 }), (limit) => {
        const rate = tasksPerSecond(limit, 1);
        const overshoot = Math.max(3, rate); // tasks at small rates, a second's worth at large ones
        expect(rate).toBeGreaterThan(0);
        expect(rate * 60 + overshoot).toBeLessThanOrEqual(limit + 1e-9);
      }),
    );
  });
});
