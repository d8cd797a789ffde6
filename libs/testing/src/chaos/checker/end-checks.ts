import type { Evidence, Violation } from './evidence';
import { livesOf, type Life } from './lives';
import { violation } from './log-checks';

const CONVERGED_MS = 10_000;
/** A process that lives so long must not grow by more than that, once it is warm. */
const LONG_LIFE_MS = 5 * 60_000;
const RSS_GROWTH = 1.3;
const FATAL = /unhandled rejection|uncaught exception|shutdown failed|not drained/i;

/** Soon after the last fault everybody knows what a new client is told. */
export function convergence(evidence: Evidence): Violation[] {
  return [...evidence.of('converged')].flatMap(({ who, afterMs, differences }) => [
    ...(afterMs > CONVERGED_MS ? [violation('C8', `${who} was up to date only after ${afterMs} ms`)] : []),
    ...differences.map((difference) => violation('C8', `${who}: ${difference}`)),
  ]);
}

/** Nothing ends that was not told to, nothing is thrown that nobody catches, nobody is answered INTERNAL, nothing leaks. */
export function soundness(evidence: Evidence): Violation[] {
  return [
    ...[...evidence.of('exit')]
      .filter(({ expected }) => !expected)
      .map(({ process, how }) => violation('C9', `${process} ${how}`)),
    ...[...evidence.of('complaint')]
      .filter(({ text }) => FATAL.test(text))
      .map(({ process, text }) => violation('C9', `${process}: ${text}`)),
    ...[...evidence.of('fault')]
      .filter(({ note }) => note !== undefined)
      .map(({ target, note }) => violation('C9', `${target} ${note ?? ''}`)),
    ...[...evidence.operations.values()]
      .filter(({ fail }) => fail?.code === 'INTERNAL')
      .map(({ invoke }) => violation('C9', `${invoke.deed} ${invoke.id} was answered INTERNAL`)),
    ...livesOf(evidence.of('vitals')).flatMap(leaks),
  ];
}

function leaks({ process, ms, rssBytes, closeWait, isSettled }: Life): Violation[] {
  const { warm, end } = rssBytes;
  const hasGrown = ms >= LONG_LIFE_MS && end > warm * RSS_GROWTH;
  return [
    ...(isSettled && closeWait.end > 0
      ? [violation('C9', `${process} has ${closeWait.end} sockets in CLOSE_WAIT`)]
      : []),
    ...(hasGrown
      ? [
          violation(
            'C9',
            `${process} grew from ${mebibytes(warm)} to ${mebibytes(end)} MiB in ${Math.round(ms / 1_000)} s`,
          ),
        ]
      : []),
  ];
}

const mebibytes = (bytes: number) => Math.round(bytes / 1_048_576);
