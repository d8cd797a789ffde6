import { createHash, randomBytes } from 'node:crypto';

/** An invite link: who has its token may join. */
export interface Invite {
  id: string;
  conversationId: string;
  createdBy: number;
  createdAt: Date;
  expiresAt: Date;
  /** Null: there is no limit. */
  maxUses: number | null;
  uses: number;
}

const TOKEN_BYTES = 24;

/** 192 random bits: not to be guessed, so nobody needs to be held off from guessing. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** What is stored of a token. It is random and long, so that a fast hash is enough. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
