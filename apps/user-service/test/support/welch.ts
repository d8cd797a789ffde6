/** Milliseconds that each of `probes` takes, `rounds` times, in an order that is drawn anew in each round. */
export async function interleaved<K extends string>(
  rounds: number,
  probes: Record<K, () => Promise<unknown>>,
): Promise<Record<K, number[]>> {
  const names = Object.keys(probes) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of shuffled(names)) {
      const started = performance.now();
      await probes[name]();
      times[name].push(performance.now() - started);
    }
  }
  return times;
}

/**
 * Welch's t of two samples: beyond 4.5 they differ, whoever looks long enough can tell them apart. The slowest twentieth
 * of both together is left out: it tells of the machine.
 */
export function welchT(one: number[], other: number[]): number {
  const limit = [...one, ...other].sort((a, b) => a - b)[Math.floor((one.length + other.length) * 0.95)] ?? 0;
  const [a, b] = [momentsBelow(limit, one), momentsBelow(limit, other)];
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

function momentsBelow(limit: number, all: number[]): { mean: number; variance: number; count: number } {
  const sample = all.filter((value) => value <= limit);
  const count = sample.length;
  const mean = sample.reduce((sum, value) => sum + value, 0) / count;
  const variance = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, variance, count };
}

function shuffled<T>(list: T[]): T[] {
  return list
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
