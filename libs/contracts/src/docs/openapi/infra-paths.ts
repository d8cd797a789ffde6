import type { JsonObject } from '../json';

const text = (contentType: string, description: string): JsonObject => ({
  200: { description, content: { [contentType]: { schema: { type: 'string' } } } },
});

const get = (operationId: string, summary: string, responses: JsonObject): JsonObject => ({
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
  '/openapi.yml': get('getOpenApi', 'This document.', text('application/yaml', 'OpenAPI 3.0.')),
  '/asyncapi.yml': get(
    'getAsyncApi',
    'The events on Socket.IO and on the bus; opens in AsyncAPI Studio.',
    text('application/yaml', 'AsyncAPI 3.0.'),
  ),
  '/ws-docs': get('getWsDocs', 'The Socket.IO events as JSON, for programs and curious people.', {
    200: {
      description: 'Namespaces with their events, payload and ack schemas and examples.',
      content: { 'application/json': { schema: { type: 'object' } } },
    },
  }),
};
