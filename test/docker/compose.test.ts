import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { variables } from '../../src/config';
import { BUCKETS, bucketQueue, DEFAULT_TASK_QUEUE } from '../../src/contract/queues';
import { findTemporalCli } from '../../src/temporal/cli';
import { ENDING } from '../../src/worker/running';

/** No container engine runs here, so the files are held against what the code itself says. */
const root = join(__dirname, '../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  image: string;
  build?: string | { context: string; args: Record<string, string> };
  pull_policy?: string;
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  mem_limit?: string;
  pids_limit?: number;
  logging?: { driver: string; options: Record<string, string> };
  secrets?: string[];
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  env_file?: { path: string; required: boolean }[];
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  restart?: string;
  stop_grace_period?: string;
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
  secrets?: Record<string, { file: string }>;
}

const read = (file: string): Compose => parse(text(file), { merge: true }) as Compose;
const compose = read('docker-compose.yml');
const production = read('docker-compose.production.yml');
const services = Object.entries(compose.services);
const service = (name: string): Service => compose.services[name]!;

describe('docker-compose.yml', () => {
  it('has everything that onboardings need', () => {
    expect(Object.keys(compose.services)).toEqual([
      'postgresql',
      'temporal-schema',
      'temporal',
      'temporal-bootstrap',
      'temporal-ui',
      'sandbox',
      'worker',
      'gateway',
    ]);
  });

  it.each(services)('%s has a pinned image, replaceable from .env', (_, { image, pull_policy }) => {
    if (image === 'layers-onboarding:local')
      expect(pull_policy).toMatch(/^(never|build)$/); // no registry has it
    else expect(image).toMatch(/^(postgres|temporalio\/[a-z-]+):\$\{[A-Z_]+:-\d+\.\d+(\.\d+)?(-[a-z]+)?\}$/);
  });

  it('builds its image once: engines up to 29.1 fail when several services export one tag at the same time', () => {
    const builders = services.filter(([, { build }]) => build !== undefined);
    expect(builders.map(([name, { pull_policy }]) => [name, pull_policy])).toEqual([['sandbox', 'build']]);
    for (const [name, { image, depends_on }] of services)
      if (image === service('sandbox').image && name !== 'sandbox')
        expect([name, Object.keys(depends_on!)]).toEqual([name, expect.arrayContaining(['sandbox'])]);
  });

  it('can run several workers: none takes a host port that only one can have', () => {
    for (const port of service('worker').ports!) expect(port).toMatch(/^127\.0\.0\.1:(\d+)-(\d+):\d+$/);
  });

  it('calls PostgreSQL healthy only when it answers over TCP, as the set-up server of its first start does not', () => {
    expect(service('postgresql').healthcheck!.test.join(' ')).toMatch(/pg_isready .*--host 127\.0\.0\.1/);
  });

  it('lets nobody’s pages act on Temporal through its Web UI', () => {
    expect(service('temporal-ui').environment).not.toHaveProperty('TEMPORAL_CORS_ORIGINS');
  });

  it('runs the server that the tests run against, which finds itself again after a restart', async () => {
    const { version } = await findTemporalCli();
    const [, minor] = /Server (\d+\.\d+)\./.exec(version)!;
    expect(service('temporal').image).toContain(`:-${minor}.`);
    expect(service('temporal').environment).toMatchObject({ TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1' });
  });

  it('runs server and tools of one version, and a Web UI that shows summaries', () => {
    expect(service('temporal').image.split(':').slice(1)).toEqual(service('temporal-schema').image.split(':').slice(1));
    const [, major, minor] = /:-(\d+)\.(\d+)/.exec(service('temporal-ui').image)!;
    expect(Number(major) * 1000 + Number(minor)).toBeGreaterThanOrEqual(2049);
  });

  it.each(services)('%s is reachable from this machine only', (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+(-\d+)?:\d+$/);
  });

  it.each(services)('%s waits for what it needs, in a way that can come true', (_, { depends_on = {} }) => {
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      const { healthcheck, restart } = service(needed);
      if (condition === 'service_healthy') expect([needed, healthcheck?.test]).toEqual([needed, expect.any(Array)]);
      else {
        expect(condition).toBe('service_completed_successfully');
        expect(restart).toMatch(/^on-failure/); // one that is always restarted never completes
      }
    }
  });

  it('starts in the order database, schema, server, namespace, worker', () => {
    const order = ['worker', 'temporal-bootstrap', 'temporal', 'temporal-schema', 'postgresql'];
    order
      .slice(1)
      .forEach((needed, index) => expect(Object.keys(service(order[index]!).depends_on!)).toContain(needed));
  });

  it.each(services)('%s mounts what exists', (_, { volumes = [] }) => {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect([source, existsSync(join(root, source))]).toEqual([source, true]);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it('keeps the data of PostgreSQL in a volume of its own', () => {
    expect(service('postgresql').volumes).toEqual(['postgresql:/var/lib/postgresql/data']);
  });

  it.each(['sandbox', 'worker', 'gateway'])('%s runs an entry of the build', (name) => {
    const { command } = service(name);
    expect(command).toEqual(['node', expect.stringMatching(/^dist\/.+\.js$/)]);
    const source = command![1]!.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts');
    expect([source, existsSync(join(root, source))]).toEqual([source, true]);
  });

  it('sets only variables that the worker, Temporal or the sandbox read', () => {
    const known = new Set(variables.map(([, { name }]) => name));
    const temporals = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'NODE_OPTIONS'];
    for (const process of ['worker', 'gateway'])
      for (const name of Object.keys(service(process).environment!)) expect([...known, ...temporals]).toContain(name);
    const sandbox = text('src/sandbox/main.ts');
    for (const name of Object.keys(service('sandbox').environment!))
      if (name !== 'NODE_OPTIONS') expect(sandbox).toContain(`${name}:`);
  });

  it('gives the worker the sandbox unless .env says otherwise, and never a live key by default', () => {
    const { environment } = service('worker');
    expect(environment).toMatchObject({
      LAYERS_BASE_URL: `\${LAYERS_BASE_URL:-http://sandbox:${service('sandbox').environment!.SANDBOX_PORT}}`,
      LAYERS_API_KEY: expect.stringMatching(/^\$\{LAYERS_API_KEY:-lp_test_/),
    });
  });

  it('has no secret of its own to sign links with', () => {
    for (const [, { environment = {} }] of services)
      for (const name of ['ONBOARDING_LINK_SECRET', 'ONBOARDING_NOTIFY_SECRET'])
        expect(environment[name] ?? `\${${name}:-}`).toBe(`\${${name}:-}`);
  });

  it('hands the sandbox’s webhooks to the gateway, signed as it expects', () => {
    const { SANDBOX_WEBHOOK_URL, SANDBOX_WEBHOOK_SECRET } = service('sandbox').environment!;
    const { ONBOARDING_HTTP_PORT, LAYERS_WEBHOOK_SECRET } = service('gateway').environment!;
    expect(SANDBOX_WEBHOOK_URL).toBe(`http://gateway:${ONBOARDING_HTTP_PORT}/webhooks/layers`);
    expect(SANDBOX_WEBHOOK_SECRET).toBe(LAYERS_WEBHOOK_SECRET);
  });

  it('looks at the ports that the processes listen on', () => {
    for (const [name, variable] of [
      ['worker', 'ONBOARDING_METRICS_ADDRESS'],
      ['sandbox', 'SANDBOX_PORT'],
      ['gateway', 'ONBOARDING_HTTP_PORT'],
    ] as const) {
      const { healthcheck, environment, ports } = service(name);
      const port = environment![variable]!.split(':').at(-1)!;
      expect(healthcheck!.test.at(-1)).toContain(`127.0.0.1:${port}/`);
      expect(ports).toEqual([expect.stringMatching(`^127\\.0\\.0\\.1:${port}(-\\d+)?:${port}$`)]);
    }
    expect(service('sandbox').healthcheck!.test.at(-1)).toContain('/_sandbox/summary');
    expect(service('gateway').healthcheck!.test.at(-1)).toContain('/readyz');
  });
});

describe.each([
  ['docker-compose.yml', compose],
  ['docker-compose.production.yml', production],
])('%s', (_, { services: all }) => {
  const each = Object.entries(all);

  it.each(each)('%s has no privileges, and limits to memory, processes and its log', (name, one) => {
    expect(one).toMatchObject({
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      pids_limit: expect.any(Number),
      logging: { driver: 'json-file', options: { 'max-size': expect.any(String), 'max-file': expect.any(String) } },
    });
    // the official image of PostgreSQL begins as root
    expect(one.cap_add === undefined || name === 'postgresql').toBe(true);
  });

  it.each(each.filter(([, { image }]) => image.includes('layers-onboarding')))(
    '%s writes to its volume only',
    (_name, one) => {
      expect(one.read_only).toBe(true);
    },
  );

  it('hands each process the secrets that it needs, and no file with all of them', () => {
    for (const [, { env_file }] of each) expect(env_file).toBeUndefined();
    const given = (name: string): string[] => {
      const { environment = {}, secrets = [] } = all[name]!;
      return (
        [...Object.keys(environment), ...secrets].join(' ').match(/LAYERS_API_KEY|WEBHOOK_SECRET|NOTIFY_SECRET/g) ?? []
      );
    };
    expect(given('gateway')).toEqual(['WEBHOOK_SECRET']);
    expect(given('worker')).not.toContain('WEBHOOK_SECRET');
  });

  it.each(['worker', 'gateway'])('%s is killed later than it ends by itself', (name) => {
    expect(parseInt(all[name]!.stop_grace_period!, 10) * 1_000).toBeGreaterThan(ENDING.exitMs);
  });

  it('calls a worker healthy that polls: its metrics are served before', () => {
    expect(all['worker']!.healthcheck!.test.at(-1)).toContain('temporal_num_pollers');
  });
});

describe('docker-compose.production.yml', () => {
  it('sets variables that are read, asks for what has no default, and takes secrets from files', () => {
    const known = new Set(variables.flatMap(([, { name, secret }]) => (secret ? [name, `${name}_FILE`] : [name])));
    for (const [, { environment = {}, secrets = [] }] of Object.entries(production.services)) {
      for (const name of Object.keys(environment))
        if (!/^(TEMPORAL_(ADDRESS|NAMESPACE|API_KEY)|NODE_OPTIONS)$/.test(name)) expect([...known]).toContain(name);
      for (const name of ['TEMPORAL_ADDRESS', 'ONBOARDING_PUBLIC_URL'])
        expect(environment[name]).toMatch(/^\$\{[A-Z_]+:\?.+\}$/);
      const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
      expect(files.map(([, path]) => path).sort()).toEqual(secrets.map((name) => `/run/secrets/${name}`).sort());
      for (const name of secrets) expect(Object.keys(production.secrets!)).toContain(name);
    }
  });

  it('opens the gateway to this machine alone, and no fixed port for a worker', () => {
    expect(production.services['worker']!.ports).toBeUndefined();
    expect(production.services['gateway']!.ports).toEqual(['127.0.0.1:${GATEWAY_PORT:-3000}:3000']);
  });
});

describe('the settings of the server', () => {
  const settings = parse(text('docker/dynamicconfig/onboarding.yaml')) as Record<
    string,
    { value: unknown; constraints?: { taskQueueName: string } }[]
  >;

  it('are the ones that the server is told to read', () => {
    const { environment, volumes } = service('temporal');
    expect(environment!.DYNAMIC_CONFIG_FILE_PATH).toBe('config/dynamicconfig/onboarding.yaml');
    expect(volumes).toEqual(['./docker/dynamicconfig:/etc/temporal/config/dynamicconfig:ro']);
  });

  it.each(['matching.numTaskqueueReadPartitions', 'matching.numTaskqueueWritePartitions'])(
    '%s is one for each queue of the API',
    (key) => {
      expect(settings[key]).toEqual(
        BUCKETS.map((bucket) => ({
          value: 1,
          constraints: { taskQueueName: bucketQueue(DEFAULT_TASK_QUEUE, bucket) },
        })),
      );
    },
  );

  it('switch priorities and fairness on', () => {
    expect([settings['matching.useNewMatcher'], settings['matching.enableFairness']]).toEqual([
      [{ value: true }],
      [{ value: true }],
    ]);
  });
});
