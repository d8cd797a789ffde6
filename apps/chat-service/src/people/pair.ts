/** How two people stand to each other, as far as the chat service was told. */
export interface Pair {
  contacts: boolean;
  /** Those of the two who block the other. */
  blockers: readonly number[];
}

export const STRANGERS: Pair = { contacts: false, blockers: [] };

/** `<smaller id>:<larger id>` */
export const pairKey = (a: number, b: number): string => (a < b ? `${a}:${b}` : `${b}:${a}`);
