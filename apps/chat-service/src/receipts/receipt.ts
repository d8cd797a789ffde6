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
}

/** A place that a watermark may move to: a message. */
export interface Mark {
  seq: number;
  told: number;
}
