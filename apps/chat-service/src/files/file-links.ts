import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { notFound, type FileLinkDto, type FileLinkQueryDto } from '@app/contracts';
import { ChatConfig } from '../config';
import { FileUrls } from './file-urls';

interface Claim {
  id: string;
  user: number;
  expires: number;
  thumbnail: boolean;
}

/** Links that stand for their maker: who follows one sees what the maker may see at that moment, until it expires. */
@Injectable()
export class FileLinks {
  private readonly key: Buffer;

  constructor(
    private readonly config: ChatConfig,
    private readonly urls: FileUrls,
  ) {
    // Of the secret that all instances share; nothing else is signed with what comes out.
    this.key = Buffer.from(hkdfSync('sha256', config.JWT_ACCESS_SECRET, '', 'file links', 32));
  }

  make(user: number, id: string, thumbnail: boolean): FileLinkDto {
    const expires = Math.floor(Date.now() / 1_000) + this.config.FILE_LINK_TTL;
    const query = new URLSearchParams({
      user: String(user),
      expires: String(expires),
      ...(thumbnail && { thumbnail: 'true' }),
      signature: this.sign({ id, user, expires, thumbnail }).toString('base64url'),
    });
    return {
      url: this.urls.of(`/file-links/${id}?${query.toString()}`),
      expires_at: new Date(expires * 1_000).toISOString(),
    };
  }

  /** Whom a link stands for. NOTFOUND for one that is not ours, or was. */
  assertValid(id: string, { user, expires, thumbnail = false, signature }: FileLinkQueryDto): void {
    const given = Buffer.from(signature, 'base64url');
    const expected = this.sign({ id: id.toLowerCase(), user, expires, thumbnail });
    const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isOurs || expires * 1_000 < Date.now()) throw notFound('file');
  }

  private sign({ id, user, expires, thumbnail }: Claim): Buffer {
    return createHmac('sha256', this.key).update(`${id}.${user}.${expires}.${thumbnail}`).digest();
  }
}
