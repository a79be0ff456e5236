import { request } from 'undici';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox';

const opened: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((sandbox) => sandbox.close()));
});

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are read as a partner's script reads them */
type Json = any;

export interface Answer {
  status: number;
  body: Json;
  text: string;
  headers: Record<string, string | string[] | undefined>;
}

interface Options {
  key?: string;
  idempotencyKey?: string;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** Sends as a partner does: JSON, Bearer, and an idempotency key where one is given. */
export async function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  options: Options = {},
): Promise<Answer> {
  const { key = 'lp_test_acme_1', idempotencyKey, headers, timeoutMs = 10_000 } = options;
  const response = await request(url + path, {
    method,
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.body.text();
  let json: Json = null;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  return { status: response.statusCode, body: json, text, headers: response.headers };
}

/** Moves when it is told to. */
class Clock {
  ms = Date.UTC(2026, 4, 1, 12, 0, 0);
  now = () => this.ms;
  advance(ms: number) {
    this.ms += ms;
  }
}

export async function start(options: SandboxOptions = {}) {
  const clock = new Clock();
  const sandbox = await startSandbox({ now: clock.now, durations: { mediaMs: 0 }, ...options });
  opened.push(sandbox);
  const call = (method: string) => (path: string, body?: unknown, more?: Options) =>
    send(sandbox.url, method, path, body, more);
  const api = { get: call('GET'), post: call('POST'), patch: call('PATCH'), delete: call('DELETE') };
  const effects = (name?: string) =>
    sandbox
      .ledger()
      .filter((entry) => entry.type === 'effect')
      .filter(({ effect }) => name === undefined || effect === name);
  const requests = () => sandbox.ledger().filter((entry) => entry.type === 'request');
  return { sandbox, clock, effects, requests, ...api };
}
export type Running = Awaited<ReturnType<typeof start>>;

export const DESCRIPTION =
  'Daily ritual coffee subscriptions for runners and night-shift workers. Single-origin beans from named farms, roasted weekly, and shipped on a cadence that matches how you drink coffee.';

export const PROJECT = { name: 'Acme Coffee', timezone: 'America/Los_Angeles', customerExternalId: 'acme-coffee' };

export async function aProject(at: Pick<Running, 'post'>, fields: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await at.post('/v1/projects', { ...PROJECT, ...fields });
  expect(status).toBe(201);
  return body.id;
}

export async function anAccount(
  at: Pick<Running, 'post' | 'sandbox'>,
  projectId: string,
  platform = 'tiktok',
): Promise<string> {
  const { body } = await at.post('/_sandbox/accounts', { projectId, platform });
  return body.id;
}

/** A project with a ready influencer and a completed slideshow. */
export async function aSlideshow(at: Running, fields: Record<string, unknown> = {}) {
  const projectId = await aProject(at, { appName: 'Acme Coffee', appDescription: DESCRIPTION, ...fields });
  at.clock.advance(60_000);
  const influencerId = (await at.get(`/v1/projects/${projectId}/influencers`)).body.items[0].influencerId;
  const remixed = await remix(at, projectId, influencerId);
  at.clock.advance(90_000);
  return { projectId, influencerId, ...remixed };
}

export async function remix(
  at: Running,
  projectId: string,
  influencerId: string,
  tiktokVideoId = '7301234567890123456',
) {
  const { status, body } = await at.post(`/v1/projects/${projectId}/content/slideshow-remix`, {
    tiktokVideoId,
    influencerId,
  });
  expect(status).toBe(202);
  return { jobId: body.jobId as string, containerId: body.containerIds[0] as string };
}

/** Until the condition holds; fails after five seconds. */
export async function eventually(check: () => void | Promise<void>) {
  const deadline = Date.now() + 5_000;
  for (;;)
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
}
