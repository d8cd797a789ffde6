import { table } from '../lib/table.mjs';
import { remaining } from './run.mjs';

/** Of one check, for a person. */
const SHOWN = 10;

/** @param {readonly import('./run.mjs').Result[]} results @param {readonly { name: string, reason: string }[]} unseen */
export function asText(results, unseen) {
  const rows = results.map(({ title, looked, violations, findings }) => [
    title,
    looked ?? 'not looked at',
    violations,
    findings.filter(({ isGone }) => isGone).length,
  ]);
  const found = results.filter(({ violations }) => violations > 0).map(detailsOf);
  const left = remaining(results);
  const verdict =
    unseen.length > 0
      ? unseen.map(({ name, reason }) => `could not look at ${name}: ${reason}`)
      : [left === 0 ? 'healthy' : `${left} ${left === 1 ? 'violation' : 'violations'}`];
  return [table([['CHECK', 'LOOKED AT', 'WRONG', 'REPAIRED'], ...rows]), ...found, verdict.join('\n')].join(
    '\n\n',
  );
}

function detailsOf({ title, violations, findings }) {
  const lines = findings.slice(0, SHOWN).map(({ subject, problem, detail, repaired, repair, isGone }) => {
    const state = isGone
      ? ` → ${repaired}`
      : repaired
        ? ` → ${repaired}, and still there`
        : repair
          ? ' (--repair)'
          : '';
    return `  ${subject}  ${problem}${detail ? `: ${detail}` : ''}${state}`;
  });
  const more = violations - lines.length;
  return [`${title}:`, ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** @param {readonly import('./run.mjs').Result[]} results @param {readonly { name: string, reason: string }[]} unseen */
export function asJson(results, unseen) {
  const checks = results.map(({ findings, ...result }) => ({
    ...result,
    findings: findings.map(({ repair, check: _, ...finding }) => ({
      ...finding,
      repairable: Boolean(repair),
    })),
  }));
  const left = remaining(results);
  return JSON.stringify(
    { healthy: left === 0 && unseen.length === 0, remaining: left, unseen, checks },
    null,
    2,
  );
}
