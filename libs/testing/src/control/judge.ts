/** `different`: how many there are; `repeated`: how many of these are there again; `again`: how often in all. */
export function copiesOf(keys: readonly (string | number)[]): {
  different: number;
  repeated: number;
  again: number;
} {
  const counts = new Map<string | number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1).length;
  return { different: counts.size, repeated, again: keys.length - counts.size };
}

/** Numbers from 1 to the last one that nobody has. */
export const holesIn = (numbers: readonly number[]): number =>
  Math.max(0, ...numbers) - new Set(numbers).size;
