import { sendMessage, type Fields, type SendMessageDto, type SentMessageDto } from '@app/contracts';
import { refusalOf, type WireError } from '@app/testing';
import type { ChatService } from './chat-service';
import type { Person } from './people';

/** Somebody says something. */
export const say = (
  who: Person,
  conversationId: string,
  content = 'hello',
  more: Partial<Fields<SendMessageDto>> = {},
): Promise<SentMessageDto> => who.emit(sendMessage, { conversationId, content, ...more });

/** Three in a group that alice has made, a message of bob, and eve, who is not in it. */
export async function stage(service: ChatService) {
  const [alice, bob, carol, eve] = await service.people('alice', 'bob', 'carol', 'eve');
  const { _id: conversationId } = await alice.group(bob, carol);
  const message = await say(bob, conversationId, 'first');
  return { alice, bob, carol, eve, conversationId, message, messageId: message._id };
}

export const UNKNOWN = 'f'.repeat(24);

/** What each of them was refused with; they are on their way already, so all are waited for at once. */
export const refusalsOf = (...attempts: Promise<unknown>[]): Promise<WireError[]> =>
  Promise.all(attempts.map((attempt) => refusalOf(attempt)));
