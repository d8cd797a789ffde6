import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { MailKind } from './mail-queue';
import { issueMailToken, type MailedToken } from './mail-tokens';

/** A mail to be sent, and how often that has been tried, this time included. */
export interface QueuedMail {
  mailId: string;
  kind: MailKind;
  /** Null: nobody has the address that was asked for. */
  userId: number | null;
  attempts: number;
}

interface MailRow {
  mail_id: string;
  kind: MailKind;
  user_id: number | null;
  attempts: number;
}

/** Seconds until the next try, doubled each time: longer than a try can take, or two instances would send one mail. */
const FIRST_RETRY = 60;
const LONGEST_RETRY = 3_600;

@Injectable()
export class MailRepository {
  constructor(private readonly database: Database) {}

  /** Up to `limit` mails that are due. They come again when they are not removed in time, here or on another instance. */
  async claim(limit: number): Promise<QueuedMail[]> {
    const [rows] = await this.database.run<[MailRow[], number]>((manager) =>
      manager.query(
        `UPDATE mails SET attempts = attempts + 1,
           due_at = now() + make_interval(secs => least($2 * power(2, attempts), $3))
         WHERE mail_id IN (
           SELECT mail_id FROM mails WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING mail_id, kind, user_id, attempts`,
        [limit, FIRST_RETRY, LONGEST_RETRY],
      ),
    );
    return rows.map(({ mail_id: mailId, kind, user_id: userId, attempts }) => ({
      mailId,
      kind,
      userId,
      attempts,
    }));
  }

  async remove(mailId: string): Promise<void> {
    await this.database.run((manager) => manager.query(`DELETE FROM mails WHERE mail_id = $1`, [mailId]));
  }

  /** Null when the account is not active any more. */
  issueToken(token: MailedToken): Promise<string | null> {
    return this.database.transaction((transaction) => issueMailToken(transaction, token));
  }

  async removeExpiredTokens(): Promise<void> {
    await this.database.run((manager) => manager.query(`DELETE FROM mail_tokens WHERE expires_at < now()`));
  }
}
