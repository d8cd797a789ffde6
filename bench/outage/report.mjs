const whole = (value) => Math.round(value).toLocaleString('en-US');
const seconds = (value) => (value === null ? 'never' : `${value} s`);

/** What must hold, whatever the machine: the first things that do not. */
export function broken({ counts, pairs, pushed, back, lastNotifiedAfter }) {
  const { lost, doubled, outOfOrder, refused, unanswered, disconnected } = counts;
  const facts = { lost, doubled, outOfOrder, refused, unanswered, disconnected };
  const books = { missing: pairs.missing, doubled: pairs.doubled, unexpected: pairs.unexpected };
  return [
    ...nonZero('sends and deliveries', facts),
    ...nonZero('notifications', books),
    ...nonZero('pushed', { doubled: pushed.doubled }),
    ...(pairs.messages === counts.acked ? [] : [`${counts.acked} sends acked, ${pairs.messages} stored`]),
    ...(back.publishedAfter === null || back.notifiedAfter === null || lastNotifiedAfter === null
      ? ['the backlog was never gone']
      : []),
  ];
}

const nonZero = (what, facts) =>
  Object.entries(facts).flatMap(([name, count]) => (count === 0 ? [] : [`${what}: ${count} ${name}`]));

/** @param {Awaited<ReturnType<typeof import('./outage.mjs').runOutage>>} report */
export function describe(report) {
  const { options, ackMs, counts, back, rounds, pairs, pushed, load } = report;
  const phases = Object.entries(ackMs).flatMap(([name, of]) =>
    of
      ? [
          `  ${name.padEnd(8)} ${whole(of.sends)} sends   p50 ${of.p50} ms   p99 ${of.p99} ms   max ${of.max} ms`,
        ]
      : [],
  );
  const slowest = (key) =>
    seconds(
      rounds.some((round) => round[key] === null) ? null : Math.max(...rounds.map((round) => round[key])),
    );
  const problems = broken(report);
  return [
    `The broker was away for ${back.awayFor} s, ${options.rate} sends a second in groups of ${options.group}`,
    ...phases,
    `  backlog  ${whole(back.backlog)} messages; with the broker ${seconds(back.publishedAfter)} after its return, notified ${seconds(back.notifiedAfter)} after it`,
    ...(back.liveMs
      ? [
          `  live     what was said meanwhile was pushed after p50 ${back.liveMs.p50} ms, p99 ${back.liveMs.p99} ms`,
        ]
      : []),
    `  pushed   ${whole(pushed.heard)} to one device, ${pushed.doubled} twice, ${pushed.overtaken} behind something later`,
    ...(rounds.length > 0
      ? [
          `  kill -9  ${rounds.length} × broker and ${rounds.length} × notification service; at the latest with the broker ${slowest('publishedAfter')} and notified ${slowest('notifiedAfter')} after the return`,
        ]
      : []),
    `  sends    ${whole(counts.acked)} acked, ${counts.refused} refused, ${counts.unanswered} unanswered`,
    `  pairs    ${whole(pairs.pairs)} of recipient and message: ${pairs.missing} without a notification, ${pairs.doubled} with more than one, ${pairs.unexpected} unexpected`,
    `  load of the machine ${load.before[0].toFixed(1)} before, ${load.after[0].toFixed(1)} after`,
    problems.length === 0
      ? 'Every send succeeded, every pair was notified once.'
      : `BROKEN: ${problems.join('; ')}`,
  ].join('\n');
}
