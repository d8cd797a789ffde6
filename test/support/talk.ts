import { randomUUID } from 'node:crypto';
import { messageCreated, sendMessage, type MessageDto } from '@app/contracts';
import type { Actor, Connection } from '@app/testing';

/** Sends one more message and waits until all listeners have it: whatever was sent before it has arrived, or never will. */
export async function marker(
  sender: Actor | Connection,
  conversationId: string,
  listeners: Connection[],
): Promise<MessageDto> {
  const content = `marker ${randomUUID()}`;
  const sent = await sender.emit(sendMessage, { conversationId, content });
  await Promise.all(
    listeners.map((listener) => listener.receives(messageCreated, (message) => message._id === sent._id)),
  );
  return sent;
}

/** What a socket got of one conversation, in the order in which it came. */
export const heard = (listener: Connection, conversationId: string): MessageDto[] =>
  listener.received(messageCreated, (message) => message.conversation_id === conversationId);

export const contentsOf = (messages: { content: string }[]): string[] =>
  messages.map(({ content }) => content);

/** 1, 2, …, n */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);
