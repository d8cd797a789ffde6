import { NumberSet, rangeOf } from './number-set.mjs';

const NAMED = 10;

/** Every change number is taken exactly once, and each message names all that it took: `evs`, the last of which is `ev`. */
export function changeNumbers() {
  const problems = [];
  const taken = new NumberSet();
  const say = (problem) => problems.length < NAMED && problems.push({ problem });
  return {
    message({ seq, ev, evs }) {
      for (const number of evs) {
        const found = taken.add(number);
        if (found === 'double') say(`ev ${number} is there twice`);
        if (found === 'odd') say(`ev ${number} of seq ${seq} is no number of a change`);
      }
      if (evs.at(-1) !== ev) say(`seq ${seq} says ev ${ev}, and its changes end with ${evs.at(-1)}`);
    },
    end: () => [
      ...problems,
      ...taken.holes(NAMED).map((hole) => ({ problem: `ev ${rangeOf(hole)} missing` })),
    ],
  };
}
