import { utc, utcOrNull } from '../../format/times';
import type { Delivery, WebhookEndpoint } from '../../world/state';

export const endpointRecord = (endpoint: WebhookEndpoint): Record<string, unknown> => ({
  id: endpoint.id,
  organizationId: endpoint.organizationId,
  projectId: endpoint.projectId,
  url: endpoint.url,
  description: endpoint.description,
  status: endpoint.status,
  events: endpoint.events,
  metadata: endpoint.metadata,
  apiVersion: 'v1',
  createdAt: utc(endpoint.createdAt),
  updatedAt: utc(endpoint.updatedAt),
  lastSuccessAt: utcOrNull(endpoint.lastSuccessAt),
  lastFailureAt: utcOrNull(endpoint.lastFailureAt),
  consecutiveFailureCount: endpoint.consecutiveFailureCount,
});

export const deliveryRecord = ({ body: _, ...delivery }: Delivery): Record<string, unknown> => ({
  ...delivery,
  nextRetryAt: utcOrNull(delivery.nextRetryAt),
  deliveredAt: utcOrNull(delivery.deliveredAt),
  abandonedAt: null,
  lastResponseAt: utcOrNull(delivery.lastResponseAt),
  createdAt: utc(delivery.createdAt),
});
