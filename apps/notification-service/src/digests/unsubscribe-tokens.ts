import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { notFound } from '@app/contracts';
import { NotificationConfig } from '../config';

/**
 * What lets a mail program say for its owner that there shall be no more digests. It is good for that alone and for that user
 * alone, for as long as the secret lasts: mails are kept.
 */
@Injectable()
export class UnsubscribeTokens {
  private readonly key: Buffer;

  constructor({ JWT_ACCESS_SECRET }: NotificationConfig) {
    // Of the secret that all instances share; nothing else is signed with what comes out.
    this.key = Buffer.from(hkdfSync('sha256', JWT_ACCESS_SECRET, '', 'unsubscribe from digests', 32));
  }

  make(userId: number): string {
    return `${userId}.${this.sign(userId).toString('base64url')}`;
  }

  /** Whose it is. NOTFOUND for one that is not ours. */
  read(token: string): number {
    const [, userId = '', signature = ''] = /^([1-9]\d{0,9})\.([\w-]{43})$/.exec(token) ?? [];
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign(Number(userId));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw notFound('subscription');
    return Number(userId);
  }

  private sign(userId: number): Buffer {
    return createHmac('sha256', this.key).update(String(userId)).digest();
  }
}
