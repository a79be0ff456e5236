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
      warnings: [],
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
      warnings: [expect.stringContaining('ONBOARDING_NOTIFY_SECRET is the same as ONBOARDING_LINK_SECRET')],
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

describe('settings as people and tools write them', () => {
  const gateway = (env: Environment) => loadConfig('gateway', { ONBOARDING_LINK_SECRET: SECRET, ...env });

  it.each<[string, string]>([
    ['a line end of Windows', 'VALUE\r'],
    ['blanks around', '  VALUE\t\n'],
    ['the quotes that `docker --env-file` keeps', '"VALUE"'],
    ['quotes and a line end', "'VALUE'\r\n"],
    ['the mark of an encoding', '\uFEFFVALUE'],
  ])('are taken without %s', (_, pattern) => {
    const written = (value: string): string => pattern.replace('VALUE', value);
    expect(
      gateway({
        LAYERS_API_KEY: written(KEY),
        LAYERS_BASE_URL: written('https://layers.example'),
        LAYERS_RATE_TIER: written('pilot'),
        LAYERS_WEBHOOK_SECRET: written('whsec_one1,whsec_two2'),
        ONBOARDING_TASK_QUEUE: written('queue'),
        ONBOARDING_HTTP_PORT: written('3001'),
        ONBOARDING_PUBLIC_URL: written('https://onboarding.example'),
        ONBOARDING_LINK_SECRET: written(SECRET),
        ONBOARDING_LOG_LEVEL: written('debug'),
      }),
    ).toMatchObject({
      layers: {
        apiKey: KEY,
        baseUrl: 'https://layers.example',
        rateTier: 'pilot',
        webhookSecrets: ['whsec_one1', 'whsec_two2'],
      },
      taskQueue: 'queue',
      httpPort: 3001,
      publicUrl: 'https://onboarding.example',
      linkSecrets: [SECRET],
      logLevel: 'debug',
    });
  });

  it.each(['', ' ', '\r\n', '""', "' '", '\uFEFF'])('are not set when they are %j', (nothing) => {
    const env = Object.fromEntries(variables.map(([, { name }]) => [name, nothing]));
    expect(loadConfig('cli', env)).toEqual(loadConfig('cli', {}));
    expect(problems('worker', env)).toEqual(['LAYERS_API_KEY is not set; the worker needs it']);
  });

  it.each(variables.map(([, { name }]) => name))(
    '%s is refused, by its name, with what cannot be seen in it',
    (name) => {
      for (const unseen of ['\r', '\n', '\0', '\u200B', '\u202E', '\u2028'])
        expect(problems('cli', { [name]: `https://x.example/a${unseen}b` })).toContainEqual(
          `${name} must be one line without characters that cannot be seen`,
        );
    },
  );

  it('may name the API with the version that every request brings along', () => {
    for (const written of ['https://api.layers.com/v1', 'https://api.layers.com/v1/', 'HTTPS://API.layers.com//'])
      expect(loadConfig('cli', { LAYERS_BASE_URL: written }).layers.baseUrl).toBe('https://api.layers.com');
    expect(loadConfig('cli', { LAYERS_BASE_URL: 'https://proxy.example/layers/v1' }).layers.baseUrl).toBe(
      'https://proxy.example/layers',
    );
  });

  it.each(['LAYERS_BASE_URL', 'ONBOARDING_PUBLIC_URL', 'ONBOARDING_NOTIFY_URL'])(
    '%s is an address as it has to be written',
    (name) => {
      const wrong = [
        ...[
          'x.example',
          'https:x.example',
          'https:///x.example',
          'https:\\\\x.example',
          'https://x.example/a b',
          'ftp://x.example',
        ],
        ...['https://x.example/"a"', 'https://', 'https://x.example:99999'],
      ];
      for (const value of wrong)
        expect([value, problems('cli', { [name]: value })]).toEqual([
          value,
          [`${name} must be a URL that begins with https:// or http://`],
        ]);
    },
  );

  it('have a query only where one belongs', () => {
    for (const name of ['LAYERS_BASE_URL', 'ONBOARDING_PUBLIC_URL'])
      for (const end of ['?a=b', '/?', '#top'])
        expect(problems('cli', { [name]: `https://x.example${end}` })).toEqual([
          `${name} must not have a query or a part behind #`,
        ]);
    const notify = 'https://backend.example/events?tenant=acme';
    const env = { ONBOARDING_NOTIFY_SECRET: `${SECRET}3`, ONBOARDING_LINK_SECRET: SECRET };
    expect(
      loadConfig('cli', { ...env, ONBOARDING_NOTIFY_URL: notify, ONBOARDING_PUBLIC_URL: 'https://x.example' }).notify,
    ).toMatchObject({ url: notify });
  });

  it.each(['999.1.1.1:9464', '127.0.0.1:0', '127.0.0.1:99999', '[::1:9464', '::1:9464', '[127.0.0.1]:9464'])(
    'the metrics are not served at %s',
    (ONBOARDING_METRICS_ADDRESS) => {
      expect(problems('cli', { ONBOARDING_METRICS_ADDRESS })).toEqual([
        'ONBOARDING_METRICS_ADDRESS must be an IP address and a port',
      ]);
    },
  );

  it.each(['[::]:9464', '[::1]:1', '0.0.0.0:65535'])('but at %s', (ONBOARDING_METRICS_ADDRESS) => {
    expect(loadConfig('cli', { ONBOARDING_METRICS_ADDRESS }).metricsAddress).toBe(ONBOARDING_METRICS_ADDRESS);
  });
});

describe('secrets that protect nothing', () => {
  it.each([
    ['ONBOARDING_LINK_SECRET', 'x'.repeat(40)],
    ['ONBOARDING_LINK_SECRET', 'abababab'.repeat(5)],
    ['ONBOARDING_LINK_SECRET', 'changeme'.repeat(4)],
    ['ONBOARDING_LINK_SECRET', `${SECRET},${'0'.repeat(32)}`],
    ['ONBOARDING_NOTIFY_SECRET', '1111111111111111'],
    ['ONBOARDING_NOTIFY_SECRET', 'my-password-123456'],
    ['LAYERS_WEBHOOK_SECRET', 'wwwwwwww'],
  ])('%s=%s is refused, and not repeated', (name, value) => {
    expect(problems('cli', { [name]: value })).toEqual([expect.stringMatching(`^${name} must be random`)]);
  });

  it.each(['LAYERS_API_KEY', 'LAYERS_WEBHOOK_SECRET'])('our own must not be %s, which Layers knows', (name) => {
    const shared = 'lp_test_ABCDEFGHIJKLMNOP_secretsecret';
    expect(problems('cli', { [name]: shared, ONBOARDING_LINK_SECRET: `${SECRET},${shared}` })).toEqual([
      `ONBOARDING_LINK_SECRET must not be the same as ${name}, which Layers knows`,
    ]);
    expect(problems('cli', { [name]: shared, ONBOARDING_NOTIFY_SECRET: shared })).toEqual([
      `ONBOARDING_NOTIFY_SECRET must not be the same as ${name}, which Layers knows`,
    ]);
  });
});

describe('what can be read on the way', () => {
  const warnings = (env: Environment) => loadConfig('cli', env).warnings;

  it('is warned of: links and notifications over plain http to another machine', () => {
    expect(warnings({ ONBOARDING_PUBLIC_URL: 'http://onboarding.example' })).toEqual([
      expect.stringContaining('ONBOARDING_PUBLIC_URL is plain http'),
    ]);
    expect(warnings({ ONBOARDING_NOTIFY_URL: 'http://10.0.0.7/events' })).toEqual([
      expect.stringContaining('ONBOARDING_NOTIFY_URL is plain http'),
    ]);
  });

  it.each(['https://onboarding.example', 'http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
    'is not %s',
    (url) => {
      expect(warnings({ ONBOARDING_PUBLIC_URL: url, ONBOARDING_NOTIFY_URL: url })).toEqual([]);
    },
  );
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

  it('are text in UTF-8, with or without its mark', () => {
    const marked = { LAYERS_API_KEY_FILE: file('marked', `\uFEFF${KEY}\r\n`) };
    expect(loadConfig('worker', marked).layers.apiKey).toBe(KEY);
    const utf16 = file('utf16', '');
    writeFileSync(utf16, Buffer.from(`\uFEFF${KEY}\r\n`, 'utf16le'));
    expect(problems('worker', { LAYERS_API_KEY_FILE: utf16 })).toEqual([
      `LAYERS_API_KEY the file of LAYERS_API_KEY_FILE cannot be read (it is UTF-16; save it as UTF-8): ${utf16}`,
    ]);
    const latin1 = file('latin1', '');
    writeFileSync(latin1, Buffer.from('lp_test_caf\xe9', 'latin1'));
    expect(problems('worker', { LAYERS_API_KEY_FILE: latin1 })).toEqual([
      `LAYERS_API_KEY the file of LAYERS_API_KEY_FILE cannot be read (it is not UTF-8): ${latin1}`,
    ]);
    const lines = file('lines', `${KEY}\n${KEY}\n`);
    expect(problems('worker', { LAYERS_API_KEY_FILE: lines })).toEqual([
      'LAYERS_API_KEY must be one line without characters that cannot be seen',
    ]);
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
