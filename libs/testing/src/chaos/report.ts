import { CHECKS } from './checker/check';
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
    '',
    violations.length === 0
      ? `Nothing lost, nothing twice, everything in order. Seed ${seed}.`
      : `${violations.length} violations. Replay with --seed ${seed}.`,
  ].join('\n');
}
