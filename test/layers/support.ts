import { MockAgent, type Dispatcher } from 'undici';
import { z } from 'zod';
import { LayersClient, type LayersClientOptions, type LayersRequest } from '../../src/layers/client';
import { LayersError } from '../../src/layers/errors';
import { path } from '../../src/layers/path';

export const ORIGIN = 'https://layers.test';
export const API_KEY = 'lp_test_ABCDEFGHJKMNPQRS_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';

/** A client whose requests an undici MockAgent answers; anything that was not announced is refused. */
export function mockedClient(options: Partial<LayersClientOptions> = {}) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const client = new LayersClient({ baseUrl: ORIGIN, apiKey: API_KEY, dispatcher: agent, ...options });
  return { agent, pool: agent.get(ORIGIN), client };
}

export const anyRequest: LayersRequest<unknown> = {
  method: 'GET',
  path: path`/v1/things/${'th_1'}`,
  schema: z.looseObject({}),
  bucket: 'reads',
};

/** Answers the next request to `/v1/things/th_1`. */
export const answer = (
  pool: Dispatcher & { intercept: ReturnType<MockAgent['get']>['intercept'] },
  status: number,
  body: string | object,
  headers: Record<string, string> = {},
) => pool.intercept({ path: '/v1/things/th_1', method: 'GET' }).reply(status, body, { headers });

/** What a promise was rejected with; fails the test if it was not. */
export async function rejection<E>(promise: Promise<unknown>, type: abstract new (...args: never[]) => E): Promise<E> {
  const error: unknown = await promise.then(
    (value) => {
      throw new Error(`Expected a rejection, got ${JSON.stringify(value)}`);
    },
    (thrown: unknown) => thrown,
  );
  if (error instanceof type) return error;
  throw error;
}

export const layersError = (promise: Promise<unknown>): Promise<LayersError> => rejection(promise, LayersError);

export const envelope = (code: string, more: Record<string, unknown> = {}) => ({
  error: { code, message: `${code} happened.`, requestId: 'req_01HXZ9G7KMV2QX8Y1S5RJW3B7T', ...more },
});
