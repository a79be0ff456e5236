import { connectClient, temporalTarget, type ConnectedClient } from '../temporal/connect';

/** How verbs reach Temporal: by its own variables and profiles. */
export type Connect = (env: NodeJS.ProcessEnv) => Promise<ConnectedClient>;

export const connectFromEnvironment: Connect = (env) => connectClient(temporalTarget(env));
