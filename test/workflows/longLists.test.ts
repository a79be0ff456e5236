import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { effects, openStack, requests, withStack } from '../support/environment';
import { statusOf, untilBlocked, untilReview } from '../support/status';
import { customerOf, existingProject, partner, quickest } from '../support/steering';

/** Lists of more than one page: what stands on a later one is there as well. */

const VIDEO = 'https://cdn.acmecoffee.com/media/demo.mp4';

describe('what is on a later page', () => {
  const stack = withStack();

  it('media that are there already are not uploaded once more', async () => {
    const input = quickest({ appMedia: [{ kind: 'demo-video', url: VIDEO }] });
    const projectId = await existingProject(stack.sandbox, input.project);
    const upload = (kind: string, url: string) =>
      partner(stack.sandbox, 'POST', `/v1/projects/${projectId}/app-media`, { kind, url });
    await upload('demo-video', VIDEO);
    for (let n = 0; n < 60; n += 1) await upload('screenshot', `https://cdn.acmecoffee.com/media/shot-${n}.png`);
    const before = effects(stack.sandbox, 'media.created', customerOf(input)).length;
    const handle = await stack.start(input);
    await untilReview(handle);
    expect(effects(stack.sandbox, 'media.created', customerOf(input))).toHaveLength(before);
    expect(requests(stack.sandbox, 'GET', new RegExp(`${projectId}/app-media`)).length).toBeGreaterThan(1);
    expect((await statusOf(handle)).notes.join()).not.toContain('failed');
    await handle.cancel();
  });
});

it('a list that does not end blocks its step, instead of being read for ever', async () => {
  const stack = await openStack({ worker: false });
  const input = quickest();
  let reads = 0;
  const server = createServer((request, response) => {
    const project = { id: 'prj_1', status: 'active', customerExternalId: customerOf(input) };
    const isList = request.url?.startsWith('/v1/projects?') === true;
    reads += Number(isList);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isList ? { items: [project], nextCursor: 'again' } : { apiKeyId: 'key_1' }));
  });
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await stack.startWorker({ layersUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const handle = await stack.start(input);
    const { cause } = await untilBlocked(handle, 'project', 'UnexpectedResponse');
    expect(cause).toContain('does not end');
    expect(reads).toBe(2);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  } finally {
    await stack.close();
    server.close();
  }
});
