import { ABOUT } from '../about';
import type { JsonObject } from '../json';

const text = (contentType: string, description: string): JsonObject => ({
  200: { description, content: { [contentType]: { schema: { type: 'string' } } } },
});

/** Not mounted under the aliases. */
export const AT_THE_TOP: JsonObject = { servers: [{ url: ABOUT.origin }] };

const get = (operationId: string, summary: string, responses: JsonObject): JsonObject => ({
  ...AT_THE_TOP,
  get: { tags: ['infra'], operationId, summary, security: [], responses },
});

/** What every process or the gateway serves beside the contracts: pages and texts for people and their tools. */
export const INFRA_PATHS: Record<string, JsonObject> = {
  '/metrics': get(
    'getMetrics',
    'Figures of this process for Prometheus.',
    text('text/plain', 'Prometheus text format.'),
  ),
  '/api/docs': get('getApiDocs', 'This document as a page.', text('text/html', 'Swagger UI.')),
  '/api/async-docs': get(
    'getAsyncDocs',
    'The events as a page.',
    text('text/html', 'A page without scripts.'),
  ),
  '/openapi.yml': get('getOpenApi', 'This document.', text('application/yaml', 'OpenAPI 3.0.')),
  '/asyncapi.yml': get(
    'getAsyncApi',
    'The events on Socket.IO and on the bus; opens in AsyncAPI Studio.',
    text('application/yaml', 'AsyncAPI 3.0.'),
  ),
  '/ws-docs': get('getWsDocs', 'The Socket.IO events of /chat as JSON, for programs and curious people.', {
    200: {
      description: 'The namespace, how to connect, its events with payload and ack schemas and examples.',
      content: { 'application/json': { schema: { type: 'object' } } },
    },
  }),
};
