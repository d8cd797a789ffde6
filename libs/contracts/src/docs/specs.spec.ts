import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { integrationEvents, namespaces, routes } from '../registry';
import { buildAsyncApi } from './asyncapi/asyncapi';
import type { JsonObject } from './json';
import { INFRA_PATHS } from './openapi/infra-paths';
import { buildOpenApi, TAGS } from './openapi/openapi';
import { errorsOf } from './openapi/operation';
import { buildWsDocs } from './ws-docs';

const committed = (name: string) => readFileSync(join(__dirname, '../../../..', name), 'utf8');
/** A document as a reader of the file finds it. */
const plain = (document: JsonObject): unknown => JSON.parse(JSON.stringify(document));

interface Operation {
  operationId: string;
  responses: Record<string, { content?: Record<string, { schema?: { properties?: JsonObject } }> }>;
}
type Paths = Record<string, Record<string, Operation>>;

const openRoutes = routes.filter(({ access }) => access !== 'service');
const openApi = plain(buildOpenApi(routes)) as { paths: Paths };
const asyncApi = plain(buildAsyncApi(namespaces, integrationEvents)) as {
  channels: Record<string, { address: string }>;
  operations: Record<string, { action: string; title: string; channel: { $ref: string }; reply?: object }>;
};

const operationOf = ({ method, path }: { method: string; path: string }) =>
  openApi.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];

describe('openapi.yml', () => {
  it('is committed as the contracts say', () => {
    expect(parse(committed('openapi.yml'))).toEqual(openApi);
  });

  it('is valid', async () => {
    await expect(SwaggerParser.validate(plain(buildOpenApi(routes)) as never)).resolves.toBeDefined();
  });

  it('has exactly the routes for clients and the pages beside them', () => {
    const methods = ['get', 'post', 'put', 'patch', 'delete'];
    const documented = Object.entries(openApi.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => methods.includes(key))
        .map((method) => `${method} ${path}`),
    );
    const expected = openRoutes.map(
      ({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    const pages = Object.keys(INFRA_PATHS).map((path) => `get ${path}`);
    expect(documented.sort()).toEqual([...expected, ...pages].sort());
  });

  it.each(openRoutes.filter(({ bare, result }) => !bare && !['download', 'bytes'].includes(result.many)))(
    '$method $path describes its answer, in an envelope',
    (route) => {
      const schema = operationOf(route)?.responses[route.status]?.content?.['application/json']?.schema;
      expect(schema?.properties).toMatchObject({ ok: { enum: [true] }, data: expect.anything() });
    },
  );

  it.each(openRoutes)('$method $path belongs to a known tag', ({ tag }) => {
    expect(Object.keys(TAGS)).toContain(tag);
  });

  it('gives every operation a name of its own', () => {
    const names = JSON.stringify(openApi).match(/"operationId":"\w+"/g) ?? [];
    expect(names.length).toBeGreaterThan(openRoutes.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it('says which errors can occur: bad input, no token, an unknown id', () => {
    const codes = (endpoint: string) =>
      openRoutes.filter(({ method, path }) => `${method} ${path}` === endpoint).flatMap(errorsOf);
    expect(codes('POST /auth/register')).toEqual(
      expect.arrayContaining(['BAD_REQUEST', 'CONFLICT', 'PAYLOAD_TOO_LARGE']),
    );
    expect(codes('POST /auth/register')).not.toContain('AUTH_INVALID');
    expect(codes('GET /users/me')).toEqual(['AUTH_INVALID', 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL']);
    expect(codes('POST /notifications/:id/read')).toEqual(
      expect.arrayContaining(['AUTH_INVALID', 'BAD_REQUEST', 'NOTFOUND']),
    );
  });
});

describe('asyncapi.yml', () => {
  it('is committed as the contracts say', () => {
    expect(parse(committed('asyncapi.yml'))).toEqual(asyncApi);
  });

  it('opens without errors or warnings', async () => {
    const { document, diagnostics } = await new Parser().parse(committed('asyncapi.yml'));
    expect(diagnostics.map(({ code }) => code)).toEqual(['asyncapi-latest-version']);
    expect(document?.version()).toBe('3.0.0');
  }, 60_000);

  it.each(namespaces)('$name is a channel with exactly its events', ({ name, client, server }) => {
    expect(asyncApi.channels[name.slice(1)]?.address).toBe(name);
    const here = Object.values(asyncApi.operations).filter(
      ({ channel }) => channel.$ref === `#/channels/${name.slice(1)}`,
    );
    const titles = (action: string) =>
      here.filter((operation) => operation.action === action).map(({ title }) => title);
    expect(titles('receive').sort()).toEqual(client.map((event) => event.name).sort());
    expect(titles('send').sort()).toEqual(server.map((event) => event.name).sort());
    expect(here.filter(({ action, reply }) => action === 'receive' && !reply)).toEqual([]);
  });

  it('has exactly one channel for each routing key', () => {
    const onTheBus = Object.entries(asyncApi.channels).filter(([id]) => id.startsWith('bus.'));
    expect(onTheBus.map(([, { address }]) => address)).toEqual(
      integrationEvents.map(({ name }) => name).sort(),
    );
  });
});

describe('ws-docs', () => {
  it.each(namespaces)('$name lists its events and nothing that it refers to is missing', (namespace) => {
    const docs = plain(buildWsDocs(namespace)) as {
      events: Record<string, { name: string }[]>;
      schemas: JsonObject;
    };
    expect(docs.events.client?.map(({ name }) => name)).toEqual(
      namespace.client.map(({ name }) => name).sort(),
    );
    expect(docs.events.server?.map(({ name }) => name)).toEqual(
      namespace.server.map(({ name }) => name).sort(),
    );
    const references = JSON.stringify(docs).matchAll(/"#\/schemas\/(\w+)"/g);
    for (const [, name = ''] of references) expect(docs.schemas).toHaveProperty(name);
  });

  it('does not depend on the order in which contracts were declared', () => {
    for (const namespace of namespaces) {
      const turned = {
        ...namespace,
        client: namespace.client.toReversed(),
        server: namespace.server.toReversed(),
      };
      expect(JSON.stringify(buildWsDocs(turned))).toBe(JSON.stringify(buildWsDocs(namespace)));
    }
  });
});
