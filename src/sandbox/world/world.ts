import { FaultEngine } from '../faults/engine';
import { Core } from './core';
import { createAnswerStore, type AnswerStore } from './idempotency';
import { OpenWork } from './openWork';
import type { Config } from './options';
import { RateLimiter } from './rateLimit';
import { Webhooks } from './webhooks';

/** One running sandbox: what the routes work with. */
export class World {
  readonly core: Core;
  readonly faults: FaultEngine;
  readonly limiter: RateLimiter;
  readonly answers: AnswerStore;
  readonly webhooks: Webhooks;
  readonly open: OpenWork;

  constructor(config: Config) {
    this.core = new Core(config);
    this.faults = new FaultEngine(config.log);
    this.limiter = new RateLimiter(this.core);
    this.answers = createAnswerStore(this.core);
    this.webhooks = new Webhooks(this.core, this.faults);
    this.open = new OpenWork(this.core);
  }

  /** Forgets everything but the configuration. */
  reset(): void {
    this.stop();
    this.core.forget();
    this.faults.clear(this.core.config.seed);
    this.limiter.clear();
    this.answers.clear();
    this.open.clear();
    this.webhooks.resume();
  }

  stop(): void {
    this.open.stop();
    this.webhooks.stop();
  }
}
