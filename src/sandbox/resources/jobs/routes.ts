import { z } from 'zod';
import { sha256 } from '../../format/ids';
import { jobOf } from '../../requests/lookup';
import { reply, route } from '../../requests/route';
import { finishJob, jobRecord } from './records';

const get = route('GET /v1/jobs/:jobId', {
  scope: 'jobs:read',
  handle(call) {
    const record = jobRecord(call.world, jobOf(call));
    const etag = `"${sha256(JSON.stringify(record)).slice(0, 32)}"`;
    if (call.headers.get('if-none-match') === etag) return reply(304, null, { ETag: etag });
    return reply(200, record, { ETag: etag });
  },
});

/** Layers calls this cooperative; here the signal lands at once. */
const cancel = route('POST /v1/jobs/:jobId/cancel', {
  scope: 'jobs:cancel',
  body: z.strictObject({}),
  handle(call) {
    const job = jobOf(call);
    if (job.status !== 'running') return reply(200, { jobId: job.id, accepted: false, reason: 'ALREADY_COMPLETED' });
    call.world.core.effect('job.cancel-requested', job, call.requestId);
    finishJob(call.world, job, call.world.core.now(), 'canceled');
    return reply(202, { jobId: job.id, accepted: true });
  },
});

export const jobRoutes = [get, cancel];
