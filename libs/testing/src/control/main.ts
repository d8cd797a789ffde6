import { counter } from './trials/counter';
import { emit } from './trials/emit';
import { findThenInsert } from './trials/find-then-insert';
import type { Trial } from './trials/trial';

/** What tools/control.mjs takes from the build. */
export const TRIALS: Record<string, Trial> = { emit, 'find-then-insert': findThenInsert, counter };
