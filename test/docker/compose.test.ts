import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { variables } from '../../src/config';
import { BUCKETS, bucketQueue, DEFAULT_TASK_QUEUE } from '../../src/contract/queues';

/** No container engine runs here, so the files are held against what the code itself says. */
const root = join(__dirname, '../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  image: string;
  build?: string;
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
}

const compose = parse(text('docker-compose.yml'), { merge: true }) as Compose;
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

  it.each(services)('%s has a pinned image, replaceable from .env', (_, { image, build }) => {
    if (build !== undefined) expect([image, build]).toEqual(['layers-onboarding:local', '.']);
    else expect(image).toMatch(/^(postgres|temporalio\/[a-z-]+):\$\{[A-Z_]+:-\d+\.\d+(\.\d+)?(-[a-z]+)?\}$/);
  });

  it('runs server and tools of one version, and a Web UI that shows summaries', () => {
    expect(service('temporal').image.split(':').slice(1)).toEqual(service('temporal-schema').image.split(':').slice(1));
    const [, major, minor] = /:-(\d+)\.(\d+)/.exec(service('temporal-ui').image)!;
    expect(Number(major) * 1000 + Number(minor)).toBeGreaterThanOrEqual(2049);
  });

  it.each(services)('%s is reachable from this machine only', (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
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
    const temporals = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];
    for (const process of ['worker', 'gateway'])
      for (const name of Object.keys(service(process).environment!)) expect([...known, ...temporals]).toContain(name);
    const sandbox = text('src/sandbox/main.ts');
    for (const name of Object.keys(service('sandbox').environment!)) expect(sandbox).toContain(`${name}:`);
  });

  it('gives the worker the sandbox unless .env says otherwise, and never a live key by default', () => {
    const { environment, env_file } = service('worker');
    expect(environment).toMatchObject({
      LAYERS_BASE_URL: `\${LAYERS_BASE_URL:-http://sandbox:${service('sandbox').environment!.SANDBOX_PORT}}`,
      LAYERS_API_KEY: expect.stringMatching(/^\$\{LAYERS_API_KEY:-lp_test_/),
    });
    expect(env_file).toEqual([{ path: '.env', required: false }]);
  });

  it('has no secret of its own to sign links with', () => {
    expect(text('docker-compose.yml')).not.toMatch(/ONBOARDING_(LINK|NOTIFY)_SECRET:/);
    expect(service('gateway').env_file).toEqual([{ path: '.env', required: false }]);
  });

  it('lets the worker finish what it has begun', () => {
    expect(parseInt(service('worker').stop_grace_period!, 10)).toBeGreaterThan(28); // shutdownForceTime
    expect(text('src/worker/workers.ts')).toContain("shutdownForceTime: '28s'");
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
      expect(ports).toEqual([`127.0.0.1:${port}:${port}`]);
    }
    expect(service('sandbox').healthcheck!.test.at(-1)).toContain('/_sandbox/summary');
    expect(service('gateway').healthcheck!.test.at(-1)).toContain('/readyz');
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
