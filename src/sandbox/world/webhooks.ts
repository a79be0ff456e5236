import { createHmac, randomUUID } from 'node:crypto';
import type { FaultEngine } from '../faults/engine';
import { ulid } from '../format/ids';
import type { Core } from './core';
import type { Delivery, WebhookEndpoint } from './state';

export const WEBHOOK_EVENTS = [
  ...['job.completed', 'job.failed', 'job.canceled'],
  ...['content.generated', 'content.approved', 'content.rejected'],
  ...['post.scheduled', 'post.published', 'post.failed', 'post.canceled'],
  ...['social_account.connected', 'social_account.needs_reauth', 'social_account.revoked'],
  ...['lease_request.assigned', 'lease_request.rejected', 'test.ping'],
] as const;

/** Pauses before each attempt, divided by `speed`: the one ladder for which figures were published. */
const RETRY_AFTER_MS = [0, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000];
const PAUSE_AFTER_FAILURES = 20;
const ANSWER_TIMEOUT_MS = 10_000;
/** Beyond what a receiver should accept (5 minutes). */
const STALE_SECONDS = 600;

/** The endpoint that a start option names: it is told about every organization. */
const OPTION_ENDPOINT = 'option';

interface Scope {
  organizationId: string;
  projectId: string | null;
}

interface Sending {
  /** Seconds by which the signed time is too old. */
  age?: number;
  /** Signs with a secret that is not the endpoint's. */
  forged?: boolean;
}

/** `t=<unix>,v1=<hex>`, one `v1` per valid secret, over `<t>.<raw body>`. */
function signature(secrets: string[], body: string, unixSeconds: number): string {
  const mac = (secret: string) => createHmac('sha256', secret).update(`${unixSeconds}.${body}`).digest('hex');
  return [`t=${unixSeconds}`, ...secrets.map((secret) => `v1=${mac(secret)}`)].join(',');
}

/** Tells registered endpoints what happened. Nothing waits for a delivery. */
export class Webhooks {
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = new AbortController();

  constructor(
    private readonly core: Core,
    private readonly faults: FaultEngine,
  ) {}

  /** An event for every endpoint that subscribed to it; rules may lose, double, delay or forge it. */
  emit(type: string, scope: Scope, data: Record<string, unknown>): void {
    for (const endpoint of this.subscribers(type, scope)) {
      const project = scope.projectId ? this.core.state.projects[scope.projectId] : undefined;
      const rules = this.faults.onWebhook(type, scope.organizationId, project?.customerExternalId ?? null);
      const payload = endpoint.scope === 'all_children' ? { ...data, organizationId: scope.organizationId } : data;
      const delivery = this.deliver(endpoint, type, payload, rules);
      for (const { how } of rules) {
        if (how === 'double') this.schedule(delivery, 50);
        if (how === 'forge') this.schedule(delivery, 0, { forged: true });
        if (how === 'stale') this.schedule(delivery, 0, { age: STALE_SECONDS });
      }
    }
  }

  /** One event to one endpoint, subscribed or not; also for test events and replays. */
  deliver(
    endpoint: WebhookEndpoint,
    type: string,
    data: Record<string, unknown>,
    rules: { how: string; ms: number }[] = [],
    replayOf?: string,
  ): Delivery {
    const now = this.core.now();
    const eventId = `evt_${ulid(now)}`;
    const lost = rules.some(({ how }) => how === 'lose');
    const delivery: Delivery = {
      id: randomUUID(),
      endpointId: endpoint.id,
      eventId,
      eventType: type,
      body: JSON.stringify({ id: eventId, type, data, ...(replayOf && { replayOf }) }),
      status: lost ? 'abandoned' : 'pending',
      attempts: 0,
      nextRetryAt: null,
      deliveredAt: null,
      lastResponseStatus: null,
      lastResponseAt: null,
      lastErrorMessage: lost ? 'Lost by a rule of the sandbox.' : null,
      createdAt: now,
    };
    this.core.state.deliveries[delivery.id] = delivery;
    const late = rules.find(({ how }) => how === 'late');
    if (!lost) this.schedule(delivery, late?.ms ?? 0);
    return delivery;
  }

  /** After a start with a snapshot: what was still pending is tried again. */
  resume(): void {
    this.stopped = new AbortController();
    for (const delivery of Object.values(this.core.state.deliveries))
      if (delivery.status === 'pending') this.schedule(delivery, (delivery.nextRetryAt ?? 0) - this.core.now());
  }

  stop(): void {
    this.stopped.abort();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private subscribers(type: string, scope: Scope): WebhookEndpoint[] {
    const parentId = this.core.state.organizations[scope.organizationId]?.parentId;
    const registered = Object.values(this.core.state.webhookEndpoints).filter(
      (endpoint) =>
        endpoint.status === 'active' &&
        endpoint.events.includes(type) &&
        (endpoint.organizationId === scope.organizationId ||
          (endpoint.scope === 'all_children' && endpoint.organizationId === parentId)) &&
        (endpoint.projectId === null || endpoint.projectId === scope.projectId),
    );
    const option = this.optionEndpoint();
    return option ? [...registered, option] : registered;
  }

  private optionEndpoint(): WebhookEndpoint | null {
    const { webhook } = this.core.config;
    if (!webhook) return null;
    const never = { createdAt: 0, updatedAt: 0, lastSuccessAt: null, lastFailureAt: null, consecutiveFailureCount: 0 };
    return {
      ...{ id: OPTION_ENDPOINT, organizationId: '', projectId: null, url: webhook.url, secret: webhook.secret },
      ...{ description: null, status: 'active', events: [], metadata: null, scope: 'own', previous: null },
      ...never,
    };
  }

  private endpointOf(delivery: Delivery): WebhookEndpoint | null {
    if (delivery.endpointId === OPTION_ENDPOINT) return this.optionEndpoint();
    return this.core.state.webhookEndpoints[delivery.endpointId] ?? null;
  }

  private schedule(delivery: Delivery, delayMs: number, sending: Sending = {}) {
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        void this.attempt(delivery, sending);
      },
      Math.max(delayMs, 0),
    ).unref();
    this.timers.add(timer);
  }

  private async attempt(delivery: Delivery, { age = 0, forged = false }: Sending) {
    const endpoint = this.endpointOf(delivery);
    if (!endpoint || endpoint.status !== 'active') return;
    const now = this.core.now();
    const { previous } = endpoint;
    const secrets = [endpoint.secret, ...(previous && previous.expiresAt > now ? [previous.secret] : [])];
    const unixSeconds = Math.floor(now / 1_000) - age;
    const signed = signature(forged ? ['whsec_forged'] : secrets, delivery.body, unixSeconds);
    const headers = {
      'Content-Type': 'application/json',
      'X-Layers-Signature': signed,
      'X-Layers-Event-Id': delivery.eventId,
    };
    const { signal } = this.stopped;
    let status: number | null = null;
    let failure: string | null = null;
    try {
      const limits = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
      const options = { method: 'POST', headers, body: delivery.body, signal: limits } as const;
      const response = await fetch(endpoint.url, { ...options, redirect: 'manual' });
      await response.arrayBuffer();
      status = response.status;
    } catch (error) {
      if (signal.aborted) return;
      failure = error instanceof Error ? error.message : String(error);
    }
    // The log of deliveries has what Layers sent; a forgery comes from an attacker.
    if (!forged && age === 0) this.record(endpoint, delivery, status, failure);
  }

  private record(endpoint: WebhookEndpoint, delivery: Delivery, status: number | null, failure: string | null) {
    const now = this.core.now();
    const delivered = status !== null && status >= 200 && status < 300;
    delivery.attempts += 1;
    Object.assign(delivery, { lastResponseStatus: status, lastResponseAt: now, lastErrorMessage: failure });
    this.core.snapshots.changed();
    if (delivered) {
      Object.assign(delivery, { status: 'delivered', deliveredAt: now, nextRetryAt: null });
      Object.assign(endpoint, { lastSuccessAt: now, consecutiveFailureCount: 0 });
      return;
    }
    if (delivery.status === 'delivered') return;
    endpoint.lastFailureAt = now;
    endpoint.consecutiveFailureCount += 1;
    if (endpoint.consecutiveFailureCount >= PAUSE_AFTER_FAILURES) endpoint.status = 'auto_paused';
    const pause = RETRY_AFTER_MS[delivery.attempts];
    if (pause === undefined) {
      Object.assign(delivery, { status: 'failed', nextRetryAt: null });
      return;
    }
    const pauseMs = pause / this.core.config.speed;
    delivery.nextRetryAt = now + pauseMs;
    this.schedule(delivery, pauseMs);
  }
}
