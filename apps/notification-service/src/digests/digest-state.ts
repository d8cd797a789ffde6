/** How far the digests of a user are. All times are of the service, as those of pushes. */
export interface DigestState {
  /** When to look whether one is due; until then, whoever has claimed it is the only one who does. */
  at: Date;
  claim?: string;
  /** The claim by which the latest one was taken, until it is known what became of the mail. */
  taken?: string;
  /** What came up to then was in a digest. */
  covered?: Date;
  /** The same before the latest one: if nobody has got it, that one has told nothing. */
  before?: Date;
  /** When the latest one was taken. */
  last?: Date;
  /** How often the mail server did not take it. */
  tries?: number;
}

export const NEVER = new Date(0);
