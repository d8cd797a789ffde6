import { mongo } from 'mongoose';

/**
 * The order of search results as one value that an index can hold: time (6 bytes), seq (4), and, to part messages of the
 * same time and seq in two conversations, the end of the conversation's id (2). Within a conversation: the order of seq.
 */
export type Place = mongo.ObjectId;

export function placeOf(at: Date, seq = 0, conversationId?: mongo.ObjectId): Place {
  const bytes = Buffer.alloc(12);
  bytes.writeUIntBE(Math.max(0, at.getTime()), 0, 6);
  bytes.writeUInt32BE(seq, 6);
  if (conversationId) bytes.set(Buffer.from(conversationId.id).subarray(10), 10);
  return new mongo.ObjectId(bytes);
}

export const idOf = (hex: string): mongo.ObjectId => new mongo.ObjectId(hex);

export const isAfter = (place: Place, other: Place): boolean => Buffer.compare(place.id, other.id) > 0;

export const earlier = (place: Place, other: Place | undefined): Place =>
  other && isAfter(place, other) ? other : place;
