import type { DeliveryDto, DeliveryStatus, MessageDto } from '@app/contracts';
import type { StoredMessage } from '../log/stored-message';
import type { Receipt } from './receipt';

type Place = Pick<StoredMessage, 'seq' | 'sender_id'>;
type Views = Pick<MessageDto, 'status' | 'seen_by' | 'seen_count' | 'delivery_info'>;

/** Of a message that nobody can have read yet. */
export const UNREAD: Views = { status: 'sent', seen_by: [], delivery_info: [] };

/** A member, and as much of their watermarks as the one who asks may know. */
interface Reader {
  userId: number;
  joinedSeq: number;
  readSeq: number;
  deliveredSeq: number;
  /** Made once for all messages. */
  read: DeliveryDto;
  delivered: DeliveryDto;
}

/** How far the members of a conversation have come, as one of them may see it: what messages say of their readers. Pure. */
export class Readership {
  private readonly readers: Reader[];
  /** Members who came later than others; for the messages before them they do not count. */
  private readonly latecomers: number[];

  constructor(
    receipts: readonly Receipt[],
    /** The members, and the `seq` from which on messages are new to them. */
    private readonly members: ReadonlyMap<number, number>,
    /** Most readers that a message names. */
    private readonly shown: number,
  ) {
    this.latecomers = [...members.values()].filter((joinedSeq) => joinedSeq > 0);
    this.readers = receipts.flatMap((receipt) => {
      const joinedSeq = members.get(receipt.user_id);
      return joinedSeq === undefined ? [] : [toReader(receipt, joinedSeq)];
    });
  }

  of({ seq, sender_id }: Place): Views {
    const { shown } = this;
    const seenBy: number[] = [];
    const info: DeliveryDto[] = [];
    let seen = 0;
    let arrived = 0;
    for (const reader of this.readers) {
      if (reader.deliveredSeq < seq || reader.userId === sender_id || reader.joinedSeq >= seq) continue;
      arrived++;
      const isRead = reader.readSeq >= seq;
      if (isRead && ++seen <= shown) seenBy.push(reader.userId);
      if (info.length < shown) info.push(isRead ? reader.read : reader.delivered);
    }
    return {
      status: statusOf(seen, arrived, this.audience(seq, sender_id)),
      seen_by: seenBy,
      ...(this.members.size > shown && { seen_count: seen }),
      delivery_info: info,
    };
  }

  /** One entry for each member whom the message was for. */
  deliveryOf({ seq, sender_id }: Place): { status: DeliveryStatus; delivery_info: DeliveryDto[] } {
    const known = new Map(this.readers.map((reader) => [reader.userId, reader]));
    const others = [...this.members].filter(([id, joinedSeq]) => id !== sender_id && joinedSeq < seq);
    return {
      status: this.of({ seq, sender_id }).status,
      delivery_info: others.map(([id]) => {
        const reader = known.get(id);
        if (!reader || reader.deliveredSeq < seq) return { user_id: id, status: 'sent', timestamp: null };
        return reader.readSeq >= seq ? reader.read : reader.delivered;
      }),
    };
  }

  /** How many members other than the sender the message was for. */
  private audience(seq: number, senderId: number): number {
    const late = this.latecomers.reduce((count, joinedSeq) => count + (joinedSeq >= seq ? 1 : 0), 0);
    const senderJoined = this.members.get(senderId) ?? Infinity;
    return this.members.size - late - (senderJoined < seq ? 1 : 0);
  }
}

function statusOf(seen: number, arrived: number, audience: number): DeliveryStatus {
  if (audience <= 0 || arrived < audience) return 'sent';
  return seen < audience ? 'delivered' : 'read';
}

function toReader(receipt: Receipt, joinedSeq: number): Reader {
  const { user_id, read_seq, read_at, delivered_seq, delivered_at } = receipt;
  return {
    userId: user_id,
    joinedSeq,
    readSeq: read_seq,
    deliveredSeq: Math.max(read_seq, delivered_seq),
    read: { user_id, status: 'read', timestamp: read_at.toISOString() },
    delivered: { user_id, status: 'delivered', timestamp: delivered_at.toISOString() },
  };
}
