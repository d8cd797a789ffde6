/** Whom a text seems to name. Names are as they are written there; whether there is such a user is another question. */
export interface MentionsIn {
  all: boolean;
  /** Ways to read each `@…`, the longest first: a dot behind a name may belong to it or end the sentence. */
  names: string[][];
}

const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
/** Not in an address, a path or a handle of elsewhere: `me@example.com`, `example.com/@me`, `@me@example.com`. */
const MENTION = /(?<![\p{L}\p{N}\p{M}._%+@/-])@([\p{L}\p{N}._-]{3,50})(?![\p{L}\p{N}\p{M}._@-])/gu;
const SHORTEST = 3;
const EVERYBODY = 'all';

/** The first `most` different ones; what stands in code names nobody. */
export function mentionsIn(text: string, most: number): MentionsIn {
  const found: MentionsIn = { all: false, names: [] };
  const seen = new Set<string>();
  for (const [, written = ''] of text.normalize('NFC').replace(CODE, ' ').matchAll(MENTION)) {
    const readings = readingsOf(written);
    if (readings.includes(EVERYBODY)) found.all = true;
    else if (seen.size < most && !seen.has(written)) {
      seen.add(written);
      found.names.push(readings);
    }
  }
  return found;
}

/** As names are compared: composed, without case. */
export const toKey = (name: string) => name.normalize('NFC').toLowerCase();

function readingsOf(written: string): string[] {
  const readings = [toKey(written)];
  for (let name = written; /[._-]$/.test(name) && name.length > SHORTEST;) {
    name = name.slice(0, -1);
    readings.push(toKey(name));
  }
  return readings;
}
