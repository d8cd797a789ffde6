import { describe, expect, it } from 'vitest';
import type { Class, Shape } from './core/contract';
import { conforms, parse } from './core/validation';
import { integrationEvents, namespaces, routes } from './registry';

type Case = [what: string, type: Class, example: unknown];

const answers = (what: string, shape: Shape<unknown>, data: unknown): Case[] =>
  (['one', 'download', 'bytes'].includes(shape.many) ? [data] : (data as unknown[])).map((each) => [
    `${what}, answer`,
    shape.other && conforms({ item: shape.item, many: 'one' }, each).length > 0 ? shape.other : shape.item,
    each,
  ]);

const cases: Case[] = [
  ...namespaces.flatMap(({ name: namespace, client, server }) => [
    ...client.flatMap(({ name, payload, ack, example }): Case[] => [
      [`${namespace} ${name}`, payload, example.payload],
      ...answers(`${namespace} ${name}`, ack, example.ack),
    ]),
    ...server.map(({ name, payload, example }): Case => [`${namespace} ${name}, from us`, payload, example]),
  ]),
  ...integrationEvents.map(({ name, payload, example }): Case => [name, payload, example]),
  ...routes.flatMap(({ method, path, body, result, example }): Case[] => [
    ...(body ? [[`${method} ${path}`, body, example.body] satisfies Case] : []),
    ...answers(`${method} ${path}`, result, example.result),
  ]),
];

describe('examples', () => {
  it.each(cases)(
    '%s: the example is what its own class accepts, and nothing is lost',
    (_what, type, example) => {
      expect(JSON.parse(JSON.stringify(parse(type, structuredClone(example))))).toEqual(example);
    },
  );

  it('shows at least one item of every list', () => {
    const events = namespaces.flatMap(({ client }) =>
      client.map(({ name, ack, example }) => [name, ack, example.ack] as const),
    );
    const gets = routes.map(({ path, result, example }) => [path, result, example.result] as const);
    const empty = [...events, ...gets].filter(
      ([, { many }, data]) => Array.isArray(data) && many !== 'one' && (data as unknown[]).length === 0,
    );
    expect(empty.map(([name]) => name)).toEqual([]);
  });
});
