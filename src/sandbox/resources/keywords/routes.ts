import { z } from 'zod';
import { ApiError } from '../../format/errors';
import { utc, utcOrNull } from '../../format/times';
import { activeProjectOf, projectOf } from '../../requests/lookup';
import { reply, route } from '../../requests/route';
import { jobAccepted, startJob } from '../jobs/records';

const get = route('GET /v1/projects/:projectId/keywords', {
  scope: 'projects:read',
  handle(call) {
    const { id } = projectOf(call);
    const bank = call.world.core.state.banks[id];
    return reply(200, {
      projectId: id,
      hashtags: bank?.hashtags ?? [],
      refreshedAt: utcOrNull(bank?.refreshedAt ?? null),
    });
  },
});

const refresh = route('POST /v1/projects/:projectId/keywords/refresh', {
  scope: 'projects:write',
  class: 'long-running',
  body: z.strictObject({}),
  handle(call) {
    const project = activeProjectOf(call);
    if (!project.appDescription)
      throw new ApiError(422, 'VALIDATION', 'The project has no appDescription.', {
        missingFields: ['appDescription'],
      });
    call.world.limiter.takeJob(call.world.open.runningJobs(project.organizationId));
    const start = { project, requestId: call.requestId, plans: call.jobPlans };
    const job = startJob(call.world, { ...start, kind: 'keyword_refresh' });
    return reply(202, jobAccepted(job, { projectId: project.id, startedAt: utc(job.startedAt) }));
  },
});

export const keywordRoutes = [get, refresh];
