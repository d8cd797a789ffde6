export type Json = string | number | boolean | null | Json[] | JsonObject;
/** Keys with `undefined` are left out when written. */
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** A plain copy of a contract's example: what stands on the wire. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);

/** The same object with its keys in alphabetical order, so that generated files do not depend on the order of imports. */
export const sorted = <T>(object: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(object).sort(byName));

/** An object keyed by `keyOf`, sorted. Throws when two items have the same key. */
export function keyed<T, V>(
  items: T[],
  keyOf: (item: T) => string,
  valueOf: (item: T) => V,
): Record<string, V> {
  const entries = items.map((item) => [keyOf(item), valueOf(item)] as const);
  const twice = entries.find(([key], index) => entries.findIndex(([other]) => other === key) !== index);
  if (twice) throw new Error(`two contracts are documented as ${twice[0]}`);
  return sorted(Object.fromEntries(entries));
}
