import { rangeOf } from './number-set.mjs';

const HOLES_NAMED = 10;

/** `seq` is 1, 2, 3, … without a hole and without a double. */
export function sequence() {
  const problems = [];
  let last = 0;
  return {
    message({ seq }) {
      if (!Number.isSafeInteger(seq) || seq < 1)
        problems.push({ problem: `seq ${seq} is no number of a message` });
      else if (seq === last) problems.push({ problem: `seq ${seq} is there twice` });
      else if (seq > last + 1 && problems.length < HOLES_NAMED)
        problems.push({ problem: `seq ${rangeOf({ from: last + 1, to: seq - 1 })} missing` });
      last = seq;
    },
    end: () => problems,
  };
}
