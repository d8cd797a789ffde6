import type { ConversationDto, ServerEvent } from '@app/contracts';
import { refusalOf, type Connection } from '@app/testing';

/** In the order of ids, as the service lists people. */
export const sorted = (...people: { id: number }[]): number[] =>
  people.map(({ id }) => id).sort((a, b) => a - b);

export const placeOf = ({ _id }: Pick<ConversationDto, '_id'>) => ({ conversationId: _id });

/** The code of a refusal, and the field that it names, if any. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const { code, fields } = await refusalOf(attempt);
  return [code, ...fields].join(' ');
}

/** What a client is told: the code and the message. */
export async function wordsOf(attempt: Promise<unknown>): Promise<string> {
  return (await refusalOf(attempt)).message.replace(/^.* was refused: /, '');
}

/** What came of an event about one conversation. */
export const heard = <P extends { conversationId: string }>(
  chat: Connection,
  event: ServerEvent<P>,
  { _id }: Pick<ConversationDto, '_id'>,
): P[] => chat.received(event, ({ conversationId }) => conversationId === _id);
