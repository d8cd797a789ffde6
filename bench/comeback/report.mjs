/** What must hold, whatever the machine. */
export function broken({ verdict }) {
  return Object.entries(verdict)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
}

/** @param {Awaited<ReturnType<typeof import('./comeback.mjs').runComeback>>} report */
export function describe(report) {
  const { options, rounds, sends, load } = report;
  const problems = broken(report);
  const slowest = Math.max(...rounds.map(({ servedMs }) => servedMs.max));
  return [
    `${options.people} people, ${sends} messages; the only chat instance killed ${options.rounds} times, milliseconds from the kill`,
    ...rounds.map(
      ({ readyMs, servedMs: { p50, p95, max } }, index) =>
        `  round ${index + 1}: it serves after ${readyMs}; people have an answer after p50 ${p50}, p95 ${p95}, max ${max}`,
    ),
    `  the slowest of all: ${slowest} ms`,
    `  load of the machine ${load.before[0].toFixed(1)} before, ${load.after[0].toFixed(1)} after`,
    problems.length === 0 ? 'Nothing lost, nothing twice, one order.' : `BROKEN: ${problems.join(', ')}`,
  ].join('\n');
}
