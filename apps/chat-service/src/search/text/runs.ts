import { fold, type Folded } from './fold';

/** A word, or an unbroken run of a script without gaps between words. */
export interface Run {
  dense: boolean;
  /** Folded; of a word one part, of a dense run one per letter. */
  parts: string[];
  /** Where each part begins and ends in the text (UTF-16 units). */
  starts: number[];
  ends: number[];
}

/** Letters with their marks, also where they are written in pieces: Korean syllables, half-width kana with their sound mark. */
const CLUSTERS =
  /[\u1100-\u115f\ua960-\ua97c][\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*|[\uff66-\uff9d][\uff9e\uff9f]?|\P{M}\p{M}*|\p{M}+/gu;
const LETTERS = /\P{M}\p{M}*|\p{M}+/gu;

const REMEMBERED = 20_000;
/** No letter of any language has more to it; what somebody piles up beyond that is left out. */
const LETTER_LENGTH = 8;
const known = new Map<string, Folded>();

function foldedOf(cluster: string): Folded {
  let folded = known.get(cluster);
  if (!folded) {
    folded = fold(cluster);
    if (known.size >= REMEMBERED) known.clear();
    if (cluster.length <= LETTER_LENGTH) known.set(cluster, folded);
  }
  return folded;
}

/** What a text is made of, in its order. The same for what is stored and for what is asked. */
export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let open: Run | undefined;
  let end = 0;
  for (const [cluster] of text.matchAll(CLUSTERS)) {
    const { text: folded, kind } = foldedOf(cluster);
    const start = end;
    end += cluster.length;
    if (kind === 'nothing') continue;
    const dense = kind === 'dense';
    if (open?.dense !== dense || kind === 'symbol') open = undefined;
    if (kind === 'gap') {
      open = undefined;
      continue;
    }
    if (!open) runs.push((open = { dense, parts: dense ? [] : [''], starts: [start], ends: [] }));
    if (dense) addLetters(open, folded, start, end);
    else {
      open.parts[0] = (open.parts[0] ?? '') + folded;
      open.ends[0] = end;
    }
    if (kind === 'symbol') open = undefined;
  }
  return runs;
}

/** One sign may stand for several letters: ㌔ is キロ. */
function addLetters({ parts, starts, ends }: Run, folded: string, start: number, end: number): void {
  for (const [letter] of folded.matchAll(LETTERS)) {
    starts[parts.length] = start;
    ends[parts.length] = end;
    parts.push(letter.slice(0, LETTER_LENGTH));
  }
}
