/** What must hold, whatever the machine: the first things that do not. */
export const broken = ({ sizes }) =>
  sizes.flatMap(({ recipients, wanted, pushed, doubled }) => [
    ...(pushed === wanted ? [] : [`${recipients} recipients: ${pushed} of ${wanted} were pushed`]),
    ...(doubled === 0 ? [] : [`${recipients} recipients: ${doubled} twice`]),
  ]);

/** @param {Awaited<ReturnType<typeof import('./notified.mjs').runNotified>>} report */
export function describe(report) {
  const { sizes, options, load } = report;
  const problems = broken(report);
  return [
    `From a send to the notification on a connected device, ${options.messages} messages each, ${options.pause} ms apart`,
    ...sizes.map(
      ({ recipients, ms, pushed }) =>
        `  ${String(recipients).padStart(5)} recipients   p50 ${ms?.p50} ms   p99 ${ms?.p99} ms   max ${ms?.max} ms   (${pushed} pushed)`,
    ),
    `  load of the machine ${load.before[0].toFixed(1)} before, ${load.after[0].toFixed(1)} after`,
    problems.length === 0 ? 'Every recipient was told once.' : `BROKEN: ${problems.join('; ')}`,
  ].join('\n');
}
