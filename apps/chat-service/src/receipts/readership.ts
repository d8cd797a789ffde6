import type { DeliveryDto, DeliveryStatus, MessageDto } from '@app/contracts';
import type { StoredMessage } from '../log/stored-message';
import type { Receipt } from './receipt';

type Place = Pick<StoredMessage, 'seq' | 'sender_id'>;
type Views = Pick<MessageDto, 'status' | 'seen_by' | 'seen_count' | 'delivery_info'>;

/** Of a message that nobody can have read yet. */
export const UNREAD: Views = { status: 'sent', seen_by: [], delivery_info: [] };

/** A member, and as much of their watermarks as the one who asks may know. */
class Reader {
  readonly userId: number;
  readonly readSeq: number;
  readonly deliveredSeq: number;
  private readInfo: DeliveryDto | undefined;
  private deliveredInfo: DeliveryDto | undefined;

  constructor(
    private readonly receipt: Receipt,
    readonly joinedSeq: number,
  ) {
    this.userId = receipt.user_id;
    this.readSeq = receipt.read_seq;
    this.deliveredSeq = Math.max(receipt.read_seq, receipt.delivered_seq);
  }

  /** Made once for all messages. */
  infoOf(seq: number): DeliveryDto {
    return this.readSeq >= seq
      ? (this.readInfo ??= toDelivery('read', this.receipt.user_id, this.receipt.read_at))
      : (this.deliveredInfo ??= toDelivery('delivered', this.receipt.user_id, this.receipt.delivered_at));
  }
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
    /** Most readers that a message names; of a conversation with more members it tells their number, and nothing of their devices. */
    private readonly shown: number,
  ) {
    this.latecomers = [...members.values()].filter((joinedSeq) => joinedSeq > 0);
    this.readers = receipts.flatMap((receipt) => {
      const joinedSeq = members.get(receipt.user_id);
      return joinedSeq === undefined ? [] : [new Reader(receipt, joinedSeq)];
    });
  }

  of({ seq, sender_id }: Place): Views {
    const { shown } = this;
    const isLarge = this.members.size > shown;
    const seenBy: number[] = [];
    const info: DeliveryDto[] = [];
    let seen = 0;
    let arrived = 0;
    for (const reader of this.readers) {
      if (reader.deliveredSeq < seq || reader.userId === sender_id || reader.joinedSeq >= seq) continue;
      arrived++;
      const isRead = reader.readSeq >= seq;
      if (isRead && ++seen <= shown) seenBy.push(reader.userId);
      if (!isLarge) info.push(reader.infoOf(seq));
    }
    return {
      status: statusOf(seen, arrived, this.audience(seq, sender_id)),
      seen_by: seenBy,
      ...(isLarge && { seen_count: seen }),
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
        return reader.infoOf(seq);
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

const toDelivery = (status: DeliveryStatus, user_id: number, at: Date): DeliveryDto => ({
  user_id,
  status,
  timestamp: at.toISOString(),
});
