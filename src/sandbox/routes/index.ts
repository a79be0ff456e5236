import type { Route } from '../route';
import { accountRoutes } from './account';
import { appMediaRoutes } from './appMedia';
import { contentRoutes } from './content';
import { influencerRoutes } from './influencers';
import { jobRoutes } from './jobs';
import { projectRoutes } from './projects';
import { publishingRoutes } from './publishing';
import { reviewRoutes } from './review';
import { socialRoutes } from './social';
import { webhookRoutes } from './webhooks';

/** Every route of the Partner API that the sandbox answers. */
export const ROUTES: Route[] = [
  ...accountRoutes,
  ...projectRoutes,
  ...appMediaRoutes,
  ...influencerRoutes,
  ...contentRoutes,
  ...reviewRoutes,
  ...publishingRoutes,
  ...socialRoutes,
  ...jobRoutes,
  ...webhookRoutes,
];
