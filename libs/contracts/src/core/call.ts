import type { Fields, Route } from './contract';

/** What a call of a route needs: exactly the parts that its contract names. */
export type CallInput<B, Q, P> = ([B] extends [never] ? { body?: undefined } : { body: Fields<B> }) &
  ([Q] extends [never] ? { query?: undefined } : { query?: Fields<Q> }) &
  ([P] extends [never] ? { params?: undefined } : { params: Fields<P> });

type NoInput = Record<string, undefined>;

/** The rest of a call's arguments: its input with the caller's `More`, which may be left out when nothing in it is required. */
export type CallArguments<B, Q, P, More = unknown> =
  NoInput extends CallInput<B, Q, P>
    ? [input?: CallInput<B, Q, P> & More]
    : [input: CallInput<B, Q, P> & More];

/** Path and query string of a call. */
export function pathOf(
  { path: template }: Pick<Route, 'path'>,
  { params = {}, query = {} }: { params?: object; query?: object } = {},
): string {
  const path = Object.entries(params).reduce(
    (built, [name, value]) => built.replace(`:${name}`, encodeURIComponent(String(value))),
    template,
  );
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return search === '' ? path : `${path}?${search}`;
}
