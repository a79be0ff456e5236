import type { Starts } from '../contract/activities';
import * as content from '../layers/contentSchemas';
import { path } from '../layers/path';
import { createCaller, type Call, type LayersDeps } from './caller';

/** Every POST of the flow that starts a job: the scarcest bucket. */
export function createStarts(deps: LayersDeps): Starts {
  const call = createCaller(deps, 'starts');
  const start = async <T>(
    idempotencyKey: string,
    request: Omit<Call<T>, 'method' | 'idempotencyKey' | 'creates'>,
  ): Promise<T> => (await call<T>({ method: 'POST', idempotencyKey, creates: true, ...request })).value;

  return {
    createInfluencer: ({ as, key, projectId, hints }) =>
      start(key, {
        as,
        path: path`/v1/projects/${projectId}/influencers`,
        body: hints,
        schema: content.acceptedInfluencer,
      }),

    refreshKeywords: ({ as, key, projectId }) =>
      start(key, {
        as,
        path: path`/v1/projects/${projectId}/keywords/refresh`,
        body: {},
        schema: content.acceptedJob,
      }),

    remixSlideshow: ({ as, key, projectId, tiktokVideoId, influencerId }) =>
      start(key, {
        as,
        path: path`/v1/projects/${projectId}/content/slideshow-remix`,
        body: { tiktokVideoId, influencerId },
        schema: content.acceptedContent,
      }),
  };
}
