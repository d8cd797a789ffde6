import type { Evidence, Violation } from './evidence';
import { leaksOf, livesOf } from './lives';
import { violation } from './log-checks';

const CONVERGED_MS = 10_000;
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
    ...livesOf(evidence.of('vitals')).flatMap((life) => leaksOf(life).map((what) => violation('C9', what))),
  ];
}
