/** How far a member has read: everything up to `read_seq`. Only ever grows, so updates may come in any order. */
export interface Receipt {
  user_id: number;
  read_seq: number;
  read_at: Date;
}
