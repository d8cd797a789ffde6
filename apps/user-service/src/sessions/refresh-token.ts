import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A refresh token is opaque to everybody else: base64url of session id (16 bytes), secret (32) and our mark (16).
 * The mark lets us tell a token of ours that was used long ago (a theft, end the session) from an invented one
 * (nothing to end), without keeping every token that ever was.
 */
const SESSION_BYTES = 16;
const SECRET_BYTES = 32;
const MARK_BYTES = 16;

/** What a token of ours says: the session, and the hash under which the database knows the token. */
export interface RefreshToken {
  sessionId: string;
  hash: Buffer;
}

/** The first token of a session. */
export function issueRefreshToken(key: string, sessionId: string): string {
  return assemble(key, sessionId, randomBytes(SECRET_BYTES));
}

/** The one token that `token`, which must be ours, can be traded for: the same whoever asks and however often. */
export function successorOf(key: string, token: string): string {
  const { sessionId } = readRefreshToken(key, token) ?? {};
  if (sessionId === undefined) throw new TypeError('not a refresh token of ours');
  return assemble(key, sessionId, mac(key, 'successor', Buffer.from(token)));
}

/** Null for anything that we did not make. */
export function readRefreshToken(key: string, token: string): RefreshToken | null {
  const bytes = Buffer.from(token, 'base64url');
  // One token has one spelling: base64 decoding is lenient, and the hash is of the text.
  if (bytes.length !== SESSION_BYTES + SECRET_BYTES + MARK_BYTES || bytes.toString('base64url') !== token)
    return null;
  const marked = bytes.subarray(0, SESSION_BYTES + SECRET_BYTES);
  if (!timingSafeEqual(bytes.subarray(marked.length), markOf(key, marked))) return null;
  return { sessionId: toUuid(bytes.subarray(0, SESSION_BYTES)), hash: hashOf(token) };
}

/** What is stored of a token. A plain hash is enough: the secret has 256 bits. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

function assemble(key: string, sessionId: string, secret: Buffer): string {
  const marked = Buffer.concat([Buffer.from(sessionId.replaceAll('-', ''), 'hex'), secret]);
  return Buffer.concat([marked, markOf(key, marked)]).toString('base64url');
}

const markOf = (key: string, marked: Buffer) => mac(key, 'mark', marked).subarray(0, MARK_BYTES);

/** `purpose` keeps the two uses of the key apart. */
const mac = (key: string, purpose: string, data: Buffer) =>
  createHmac('sha256', key).update(`${purpose}:`).update(data).digest();

const toUuid = (bytes: Buffer) =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
