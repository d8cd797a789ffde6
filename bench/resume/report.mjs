const ms = (of) => (of ? `p50 ${of.p50} ms, p95 ${of.p95} ms, p99 ${of.p99} ms, max ${of.max} ms` : 'none');

/** What must hold, whatever the machine: the first things that do not. */
export function broken({ rounds }) {
  return rounds.flatMap(({ number, spread, failed, firstFailure, verdict }) => {
    const found = Object.entries({ ...verdict, failed }).filter(([, count]) => count > 0);
    if (found.length === 0) return [];
    const counts = found.map(([name, count]) => `${count} ${name}`).join(', ');
    return [`round ${number}, ${how(spread)}: ${counts}${firstFailure ? ` (${firstFailure})` : ''}`];
  });
}

const how = (spread) => (spread === 0 ? 'all at once' : `within ${spread} s`);

/** @param {Awaited<ReturnType<typeof import('./resume.mjs').runResume>>} report */
export function describe(report) {
  const { options, conversations, rounds, load } = report;
  const problems = broken(report);
  return [
    `${options.clients} clients in ${conversations} conversations of ${options.group + 1}, ${options.conversations} each; they left ${options.kill ? 'an instance that was killed' : 'one instance'} and came back on another`,
    ...rounds.flatMap((round) => [
      `  round ${round.number}, ${how(round.spread)}: away for ${round.awaySeconds} s, ${round.missedPerClient} changes missed by each, ${round.calls} calls, all back after ${round.seconds} s`,
      `    tries again       ${asked(round.retries) || 'none'}`,
      `    connect and sync  ${ms(round.allMs)}`,
      `    sync alone        ${ms(round.syncMs)}`,
      `    CPU seconds       ${cpu(round.cpuSeconds)}`,
      `    store commands    ${asked(round.storeCommands)}`,
      `    verdict           ${verdictOf(round)}`,
    ]),
    `  load of the machine ${load.before[0].toFixed(1)} before, ${load.after[0].toFixed(1)} after`,
    problems.length === 0
      ? 'Every client holds what the store holds: no gap, no double, one order.'
      : `BROKEN: ${problems.join('; ')}`,
  ].join('\n');
}

const cpu = (seconds) =>
  Object.entries(seconds)
    .filter(([, used]) => used >= 0.02)
    .map(([name, used]) => `${name} ${used}`)
    .join(', ');

const asked = (commands) =>
  Object.entries(commands)
    .map(([name, count]) => `${name.replace(/^chat\./, '')} ${count}`)
    .join(', ');

const verdictOf = ({ verdict, failed }) =>
  `${verdict.behind} conversations behind, ${verdict.missing} messages missing or old, ${verdict.wrong} wrong, ${verdict.doubled} doubled, ` +
  `${verdict.outOfOrder} out of order, ${verdict.unexpected} unexpected; ${failed} clients did not come back`;
