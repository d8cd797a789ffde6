import { Injectable } from '@nestjs/common';
import { notFound } from '@app/contracts';
import { ChatConfig } from '../config';
import { FileAccess } from './file-access';
import { FileUrls } from './file-urls';
import { FileRepository } from './file.repository';

/** Longer than a message can take to be stored once it was let in. */
const DEADLINES = 2;
const SAFE_MS = 1_000;

/** Files of ours in messages. */
@Injectable()
export class Attachments {
  private readonly holdMs: number;

  constructor(
    private readonly files: FileRepository,
    private readonly access: FileAccess,
    private readonly urls: FileUrls,
    config: ChatConfig,
  ) {
    this.holdMs = config.LOG_DEADLINE_MS * DEADLINES + SAFE_MS;
  }

  /**
   * The files of ours that a message is to name; undefined, and nothing to wait for, when there are none. NOTFOUND for one
   * that its sender does not see. Those it does stay at least until the message is stored, or until then.
   */
  in(
    { userId }: { userId: number },
    attachments: readonly string[],
    until = new Date(Date.now() + this.holdMs),
  ): Promise<string[]> | undefined {
    const ids = new Set(attachments.flatMap((url) => this.urls.idIn(url) ?? []));
    return ids.size === 0 ? undefined : this.hold(userId, [...ids], until);
  }

  /** The message that names them is about to lose them. Whatever becomes of that, they are looked at. */
  async aboutToGo(files: readonly string[] | undefined): Promise<void> {
    if (files) await this.files.checkAt(files, new Date(Date.now() + this.holdMs));
  }

  /** It has. */
  async gone(files: readonly string[] | undefined): Promise<void> {
    if (files) await this.files.checkAt(files, new Date());
  }

  private async hold(userId: number, ids: string[], until: Date): Promise<string[]> {
    const held = await this.files.hold(ids, until);
    if (held.length < ids.length) throw notFound('file');
    for (const file of held) if (!(await this.access.maySee(userId, file))) throw notFound('file');
    return ids;
  }
}
