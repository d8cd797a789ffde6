import { badRequest } from '@app/contracts';

/** Characters, as people count them: one that takes two units of UTF-16 is one. */
export function assertLength(content: string, most: number): void {
  if (content.length > most && Array.from(content).length > most)
    throw badRequest('content', `must be at most ${most} characters long`);
}

export function assertCount(attachments: readonly string[], most: number): void {
  if (attachments.length > most) throw badRequest('attachments', `must be at most ${most}`);
}
