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
  actor_id?: number | null;
  reaction?: string;
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

  /** The number of each conversation's last change, each by one look into the index. */
  async heads(conversationIds: readonly string[]): Promise<Map<string, number>> {
    const heads = conversationIds.map(async (id): Promise<[string, number][]> => {
      const newest = await this.chat
        .collection<MessageRow>('messages')
        .find({ conversation_id: new mongo.ObjectId(id) })
        .sort({ ev: -1 })
        .limit(1)
        .project<{ ev: number }>({ ev: 1 })
        .next();
      return newest ? [[id, newest.ev]] : [];
    });
    return new Map((await Promise.all(heads)).flat());
  }

  /** Events that are stored and not known to be published. */
  pending(): Promise<number> {
    return this.chat.collection('messages').countDocuments({ 'outbox.at': { $exists: true } });
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
    return this.notifications.collection('notifications').countDocuments({ reaction: { $exists: false } });
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
        ...(row.reaction !== undefined && { reactorId: row.actor_id ?? 0 }),
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.chat.close(), this.notifications.close()]);
  }
}
