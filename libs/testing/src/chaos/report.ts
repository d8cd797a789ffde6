import { CHECKS } from './checker/check';
import type { Life } from './checker/lives';
import type { ChaosReport } from './run';

const SHOWN = 10;

/** For a person to read. */
export function describe({ seed, violations, figures, complaints }: ChaosReport): string {
  const { sends, faults, connections, sendMs } = figures;
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ×${count}`)
      .join(', ') || 'none';
  const verdicts = Object.entries(CHECKS).map(([id, { title }]) => {
    const found = violations.filter((violation) => violation.check === id);
    const shown = found.slice(0, SHOWN).map(({ what }) => `\n       ${what}`);
    const more = found.length > SHOWN ? `\n       … and ${found.length - SHOWN} more` : '';
    return `  ${found.length === 0 ? '✔' : '✖'} ${id} ${title}${shown.join('')}${more}`;
  });
  return [
    ...verdicts,
    '',
    `  sends          ${sends.said} said, ${sends.acked} acked, ${sends.refused} refused, ${sends.unknown} unknown`,
    `  other deeds    ${figures.deeds - sends.said}`,
    `  refusals       ${list(figures.refusals)}`,
    `  deliveries     ${figures.deliveries} compared, ${figures.notifications} notifications, ${figures.pushes} of them pushed`,
    `  faults         ${list(faults)}`,
    `  connections    ${connections.lost} lost; ${connections.gaps} gaps seen and ${connections.synced} conversations synced by clients`,
    `  ack of a send  p50 ${sendMs.p50} ms, p95 ${sendMs.p95} ms, p99 ${sendMs.p99} ms, longest ${sendMs.max} ms`,
    `  silence        ${figures.longestSilenceMs} ms at most between two acks of anybody`,
    `  last answer    ${figures.answeredMs} ms after the last fault`,
    `  up to date     ${figures.convergedMs} ms after that, the last one`,
    `  complaints     ${complaints} warnings and errors logged by the services`,
    ...vitals(figures.lives),
    '',
    violations.length === 0
      ? `Nothing lost, nothing twice, everything in order. Seed ${seed}.`
      : `${violations.length} violations. Replay with --seed ${seed}.`,
  ].join('\n');
}

/** Of each process the longest life, and what the last one has not closed. */
function vitals(lives: readonly Life[]): string[] {
  const byName = new Map<string, Life[]>();
  for (const life of lives) byName.set(life.process, [...(byName.get(life.process) ?? []), life]);
  const lines = [...byName].map(([name, all]) => {
    const { ms, rssBytes, files } = all.reduce((one, other) => (other.ms > one.ms ? other : one));
    const rss = [rssBytes.start, rssBytes.peak, rssBytes.end].map((bytes) => Math.round(bytes / 1_048_576));
    return (
      `${name.padEnd(15)} ${all.length} × started, longest ${Math.round(ms / 1_000)} s: RSS ${rss.join(' → ')} MiB, ` +
      `${files.start} → ${files.peak} → ${files.end} files; CLOSE_WAIT ${all.at(-1)!.closeWait.end} in the end`
    );
  });
  return lines.length === 0
    ? ['  held           not measured: no /proc']
    : ['  held (start → peak → end)', ...lines.map((line) => `    ${line}`)];
}

/** The run as a row of the table in docs/delivery.md. `options`: as they were given. */
export function tableRow(
  { seed, violations, figures }: ChaosReport,
  { options, date, load }: { options: readonly string[]; date: string; load: number },
): string {
  const { sends, faults } = figures;
  const count = (number: number) => number.toLocaleString('en');
  const command = [...(options.includes('--seed') ? [] : ['--seed', String(seed)]), ...options].join(' ');
  const others = [
    ...(sends.refused ? [`${count(sends.refused)} refused`] : []),
    ...(sends.unknown ? [`${count(sends.unknown)} unknown`] : []),
  ];
  const happened = Object.values(faults).reduce((sum, times) => sum + times, 0);
  const broken = Object.keys(CHECKS).flatMap((id) => {
    const found = violations.filter((violation) => violation.check === id).length;
    return found === 0 ? [] : [`**${id} broken** (${count(found)})`];
  });
  const cells = [
    `\`${command}\``,
    `${date}, load ${Math.round(load)}`,
    `${count(sends.acked)} of ${count(sends.said)}${others.length > 0 ? ` (${others.join(', ')})` : ''}`,
    count(figures.deliveries),
    count(figures.notifications),
    happened === 0 ? 'none' : `${happened} of ${Object.keys(faults).length} kinds`,
    `${broken.length === 0 ? 'all held' : broken.join(', ')}; ack p99 ${figures.sendMs.p99} ms`,
  ];
  return `| ${cells.join(' | ')} |`;
}
