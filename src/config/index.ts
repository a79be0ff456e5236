/** The configuration of every process: the environment, read once, with every problem in one table. */
export { renderEnvExample } from './example';
export { keyMode, shownKey } from './key';
export { loadConfig, type Config, type GatewayConfig, type WorkerConfig } from './load';
export { ConfigError, EXIT_CONFIG } from './problems';
export { isRateTier, tasksPerSecond, TIERS, type RateLimits, type RateTier } from './rates';
export { clean } from './clean';
export type { Environment } from './read';
export { variables } from './variables';
