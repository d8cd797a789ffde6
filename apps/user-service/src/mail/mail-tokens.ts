import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { holdActive } from '../users/hold-active';
import type { MailKind } from './mail-queue';

const SECRET_BYTES = 32;

/** A mail that carries a token. */
export type TokenKind = Extract<MailKind, 'verify-email' | 'reset-password'>;

export interface MailedToken {
  userId: number;
  kind: TokenKind;
  /** Where it is sent: what the token proves is that somebody reads mail there. */
  email: string;
  ttlSeconds: number;
}

/** A plain hash is enough: the secret has 256 bits. */
const hashOf = (token: string) => createHash('sha256').update(token).digest();

/** A new token, of which only the hash is kept; within a transaction. Null when the account is not active any more. */
export async function issueMailToken(manager: EntityManager, token: MailedToken): Promise<string | null> {
  if (!(await holdActive(manager, token.userId))) return null;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  await manager.query(
    `INSERT INTO mail_tokens (token_hash, user_id, kind, email, expires_at)
     VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
    [hashOf(secret), token.userId, token.kind, token.email, token.ttlSeconds],
  );
  return secret;
}

/** Whom the token was sent to; null when it is none of ours, expired or used, or when the account has another address now. */
export async function findMailToken(
  manager: EntityManager,
  kind: TokenKind,
  token: string,
): Promise<number | null> {
  const rows = await manager.query<{ user_id: number }[]>(
    `SELECT user_id FROM mail_tokens JOIN users USING (user_id)
     WHERE token_hash = $1 AND kind = $2 AND expires_at > now() AND lower(users.email) = lower(mail_tokens.email)`,
    [hashOf(token), kind],
  );
  return rows[0]?.user_id ?? null;
}

/** The same, and the token is used: of many at once exactly one succeeds, and the user's others of this kind are void. */
export async function useMailToken(
  manager: EntityManager,
  kind: TokenKind,
  token: string,
): Promise<number | null> {
  const userId = await findMailToken(manager, kind, token);
  if (userId === null) return null;
  const [used] = await manager.query<[unknown[], number]>(
    `DELETE FROM mail_tokens WHERE token_hash = $1 RETURNING user_id`,
    [hashOf(token)],
  );
  if (used.length === 0) return null;
  await voidMailTokens(manager, kind, userId);
  return userId;
}

export async function voidMailTokens(manager: EntityManager, kind: TokenKind, userId: number): Promise<void> {
  await manager.query(`DELETE FROM mail_tokens WHERE user_id = $1 AND kind = $2`, [userId, kind]);
}
