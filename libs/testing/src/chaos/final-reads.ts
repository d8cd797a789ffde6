import { createConnection, mongo, type Connection } from 'mongoose';
import type { HistoryWriter, StoredRecord } from './history';

interface MessageRow {
  _id: mongo.ObjectId;
  conversation_id: mongo.ObjectId;
  seq: number;
  ev: number;
  evs: number[];
  sender_id: number;
  clientId: string;
  type: string;
  content: string;
  deleted_at?: Date;
  system?: { action: string; userIds: number[] };
}

interface NotificationRow {
  _id: string;
  user_id: number;
  type: string;
  related_id: string;
  message_id: string | null;
  content: string;
  is_read: boolean;
}

/** Reads the stores themselves, past all services. */
export class FinalReads {
  private constructor(
    private readonly chat: Connection,
    private readonly notifications: Connection,
  ) {}

  static async open(chatDbUrl: string, notificationDbUrl: string): Promise<FinalReads> {
    const [chat, notifications] = await Promise.all(
      [chatDbUrl, notificationDbUrl].map((url) => createConnection(url).asPromise()),
    );
    return new FinalReads(chat!, notifications!);
  }

  /** The number of each conversation's last change. */
  async heads(conversationIds: readonly string[]): Promise<Map<string, number>> {
    const ids = conversationIds.map((id) => new mongo.ObjectId(id));
    const found = await this.chat
      .collection<MessageRow>('messages')
      .aggregate<{ _id: mongo.ObjectId; ev: number }>([
        { $match: { conversation_id: { $in: ids } } },
        { $group: { _id: '$conversation_id', ev: { $max: '$ev' } } },
      ])
      .toArray();
    return new Map(found.map(({ _id, ev }) => [_id.toHexString(), ev]));
  }

  /** Events that are stored and not known to be published. */
  pending(): Promise<number> {
    return this.chat.collection('messages').countDocuments({ 'outbox.0': { $exists: true } });
  }

  async stored(): Promise<StoredRecord[]> {
    const rows = await this.chat.collection<MessageRow>('messages').find().sort({ seq: 1 }).toArray();
    return rows.map((row) => ({
      kind: 'stored',
      conversationId: row.conversation_id.toHexString(),
      messageId: row._id.toHexString(),
      seq: row.seq,
      ev: row.ev,
      evs: row.evs,
      senderId: row.sender_id,
      clientId: row.clientId,
      type: row.type,
      content: row.content,
      isDeleted: row.deleted_at !== undefined,
      ...(row.system && { system: { action: row.system.action, userIds: row.system.userIds } }),
    }));
  }

  countNotifications(): Promise<number> {
    return this.notifications.collection('notifications').countDocuments();
  }

  async writeNotifications(history: HistoryWriter): Promise<void> {
    for await (const row of this.notifications.collection<NotificationRow>('notifications').find()) {
      history.add({
        kind: 'notification',
        id: row._id,
        userId: row.user_id,
        type: row.type,
        conversationId: row.related_id,
        messageId: row.message_id,
        content: row.content,
        isRead: row.is_read,
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.chat.close(), this.notifications.close()]);
  }
}
