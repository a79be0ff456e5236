/** The pages for people and the receiver of webhooks. */
export { createGateway } from './app';
export type { GatewayOptions } from './options';
export { startGateway, type RunningGateway, type StartGatewayOptions } from './server';
