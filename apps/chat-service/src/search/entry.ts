import type { mongo } from 'mongoose';
import type { MessageText } from './message-texts';
import { placeOf, type Place } from './place';
import { termsOf } from './text/terms';

/** What the search knows of a message. What it says is read from the message itself, each time it is shown. */
export interface SearchEntry {
  /** The message's. */
  _id: mongo.ObjectId;
  conversation_id: mongo.ObjectId;
  /** Where it stands among all messages. */
  place: Place;
  /** The change of the message that this was made from. */
  ev: number;
  sender_id: number;
  type: string;
  /** Empty when the message has none any more. */
  words: string[];
}

export function toEntry(message: MessageText, wordLimit: number): SearchEntry {
  const { _id, conversation_id, seq, ev, sender_id, type, content, created_at, deleted_at } = message;
  const isSilent = deleted_at !== undefined || type === 'system';
  return {
    _id,
    conversation_id,
    place: placeOf(created_at, seq, conversation_id),
    ev,
    sender_id,
    type,
    words: isSilent ? [] : termsOf(content, wordLimit),
  };
}
