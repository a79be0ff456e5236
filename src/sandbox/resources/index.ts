import type { Route } from '../requests/route';
import { accountRoutes } from './account/routes';
import { contentRoutes } from './content/routes';
import { influencerRoutes } from './influencers/routes';
import { jobRoutes } from './jobs/routes';
import { keywordRoutes } from './keywords/routes';
import { appMediaRoutes } from './media/routes';
import { publishingRoutes } from './posts/routes';
import { projectRoutes } from './projects/routes';
import { reviewRoutes } from './review/routes';
import { socialRoutes } from './social/routes';
import { webhookRoutes } from './webhooks/routes';

/** Every route of the Partner API that the sandbox answers. */
export const ROUTES: Route[] = [
  ...accountRoutes,
  ...projectRoutes,
  ...keywordRoutes,
  ...appMediaRoutes,
  ...influencerRoutes,
  ...contentRoutes,
  ...reviewRoutes,
  ...publishingRoutes,
  ...socialRoutes,
  ...jobRoutes,
  ...webhookRoutes,
];
