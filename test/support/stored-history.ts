import { listMessages, type MessageDto } from '@app/contracts';
import type { Actor } from '@app/testing';

/** All that is stored of a conversation, oldest first. */
export async function storedHistory(actor: Actor, conversationId: string): Promise<MessageDto[]> {
  const stored: MessageDto[] = [];
  let before: string | null = '';
  while (before !== null) {
    const answer: { data: MessageDto[]; page?: { next: string | null } } = await actor.chat.ask(
      listMessages,
      {
        conversationId,
        limit: 100,
        ...(before && { before }),
      },
    );
    stored.push(...answer.data);
    before = answer.page?.next ?? null;
  }
  return stored.reverse();
}
