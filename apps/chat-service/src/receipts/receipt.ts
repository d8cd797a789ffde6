/** How far a member has come. Both watermarks only ever grow, so updates may come in any order. */
export interface Receipt {
  user_id: number;
  /** Everything up to here is read; 0: nothing. */
  read_seq: number;
  read_at: Date;
  /** Messages of people up to `read_seq`: what is unread follows from it without counting. */
  read_told: number;
  /** Everything up to here has reached a device; never behind `read_seq`. */
  delivered_seq: number;
  delivered_at: Date;
  /** They may have hidden messages of the conversation from themselves; never unset. */
  hides?: true;
}

/** A place that a watermark may move to: a message. */
export interface Mark {
  seq: number;
  told: number;
}

const NEVER = new Date(0);

/** Of somebody who has neither read nor got anything. */
export const NOTHING: Omit<Receipt, 'user_id'> = {
  read_seq: 0,
  read_at: NEVER,
  read_told: 0,
  delivered_seq: 0,
  delivered_at: NEVER,
};

/** Where each watermark has come furthest. */
export function furthest(one: Receipt, other: Receipt = one): Receipt {
  const read = one.read_seq >= other.read_seq ? one : other;
  const { delivered_seq, delivered_at } = one.delivered_seq >= other.delivered_seq ? one : other;
  return { ...read, delivered_seq, delivered_at };
}
