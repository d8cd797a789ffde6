import type { Entry, History } from '../history';
import { isolation, notifications } from './delivery-checks';
import { convergence, soundness } from './end-checks';
import { Evidence, type Violation } from './evidence';
import { durability, fifo, gapless, noPhantoms } from './log-checks';
import { order } from './stream-checks';

export const CHECKS = {
  C1: { title: 'what was acked is stored, once', check: durability },
  C2: { title: 'numbers without a hole or a double', check: gapless },
  C3: { title: 'every connection heard it all, in the order of the log', check: order },
  C4: { title: 'what one has said stands in that order', check: fifo },
  C5: { title: 'nothing that was refused, or that nobody said', check: noPhantoms },
  C6: { title: 'one notification for each recipient and event', check: notifications },
  C7: { title: 'nothing heard by those who are not in it', check: isolation },
  C8: { title: 'all clients know what a new one is told', check: convergence },
  C9: { title: 'no process ended or failed by itself', check: soundness },
} as const satisfies Record<string, { title: string; check: (evidence: Evidence) => Violation[] }>;

/** All that is wrong with a history. */
export function check(history: History | Iterable<Entry>): Violation[] {
  return checkAll(new Evidence(history));
}

/** `onCheck` hears which one begins. */
export function checkAll(evidence: Evidence, onCheck: (id: string) => void = () => undefined): Violation[] {
  return Object.entries(CHECKS).flatMap(([id, one]) => {
    onCheck(id);
    return one.check(evidence);
  });
}
