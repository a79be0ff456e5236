import type { World } from '../world/world';

type Counts = Record<string, number>;

/** The ledger in numbers: what a demo prints and a test asserts. */
export interface Summary {
  projects: Counts;
  media: Counts;
  influencers: Counts;
  containers: Counts;
  jobs: Counts;
  accounts: Counts;
  posts: { alive: number; canceled: number; byStatus: Counts };
  requests: {
    total: number;
    byClass: Counts;
    byEndpoint: Counts;
    byCode: Counts;
    replayed: number;
    rateLimited: number;
    unanswered: number;
  };
  effects: Counts;
}

export function summarize(world: World): Summary {
  const { state, ledger } = world.core;
  const requests = ledger.requests();
  const count = <T>(items: Iterable<T>, name: (item: T) => string | null): Counts => {
    const counts = Object.create(null) as Counts;
    for (const item of items) {
      const key = name(item);
      if (key !== null) counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  };
  const live = Object.values(state.media).filter(({ deletedAt }) => deletedAt === null);
  const posts = Object.values(state.posts);
  return {
    projects: count(Object.values(state.projects), ({ status }) => status),
    media: count(live, ({ kind }) => kind),
    influencers: count(Object.values(state.influencers), ({ status }) => status),
    containers: count(Object.values(state.containers), ({ status }) => status),
    jobs: count(Object.values(state.jobs), ({ kind, status }) => `${kind} ${status}`),
    accounts: count(Object.values(state.accounts), ({ status }) => status),
    posts: {
      alive: posts.filter(({ status }) => status !== 'canceled' && status !== 'failed').length,
      canceled: posts.filter(({ status }) => status === 'canceled').length,
      byStatus: count(posts, ({ status }) => status),
    },
    requests: {
      total: requests.length,
      byClass: count(requests, (request) => request.class),
      byEndpoint: count(requests, ({ endpoint, method }) => endpoint ?? `${method} (unknown route)`),
      byCode: count(requests, ({ code }) => code),
      replayed: requests.filter(({ replayed }) => replayed).length,
      rateLimited: requests.filter(({ status }) => status === 429).length,
      unanswered: requests.filter(({ wire }) => wire !== 'answered').length,
    },
    effects: count(ledger.effects(), ({ effect }) => effect),
  };
}
