import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  messageCreatedEvent,
  type ConversationDto,
  type MessageCreatedDto,
  type MessageType,
} from '@app/contracts';
import { OutboxRelay, type OutgoingEvent } from '@app/messaging';
import { mongo } from 'mongoose';
import { ConversationAccess } from '../conversations/conversation-access';
import { DepartedUsers } from '../departures/departed-users';
import { MessageLog } from '../log/message-log';
import type { OutboxEntry, StoredMessage } from '../log/stored-message';
import { UserDirectory } from '../users/user-directory';

const PREVIEW_LENGTH = 200;
const RECIPIENTS_PER_EVENT = 500;

type Outgoing = OutgoingEvent<MessageCreatedDto>;

/**
 * Brings each stored message to the bus: at once when it was committed, and again from its own document when that
 * did not work out. The entry leaves the document only when the broker has confirmed every part of it.
 */
@Injectable()
export class MessageOutbox implements OnModuleInit {
  /** Entries of which parts are not confirmed yet: how many. Absent: one part. */
  private readonly openParts = new Map<string, number>();
  /** Entries whose recipients have all left meanwhile: there is nothing to publish. */
  private readonly forNobody: string[] = [];

  constructor(
    private readonly log: MessageLog,
    private readonly access: ConversationAccess,
    private readonly departed: DepartedUsers,
    private readonly users: UserDirectory,
    private readonly relay: OutboxRelay,
  ) {}

  onModuleInit(): void {
    this.relay.use({
      markPublished: (ids) => this.markPublished(ids),
      takePending: (olderThanMs, limit) => this.takePending(olderThanMs, limit),
    });
    this.log.onCommitted(({ message, conversationId }) => {
      const conversation = this.access.peek(conversationId);
      const sender = this.users.peekName(message.sender_id);
      if (!conversation || sender === undefined) return;
      for (const entry of message.outbox ?? [])
        this.relay.publishSoon(this.toEvents(message, entry, conversation, sender));
    });
  }

  private async takePending(olderThanMs: number, limit: number): Promise<Outgoing[]> {
    const stored = await this.log.messages
      .find({ 'outbox.at': { $lt: new Date(Date.now() - olderThanMs) } }, { maxTimeMS: 3_000 })
      .sort({ 'outbox.at': 1 })
      .limit(limit)
      .toArray();
    const events = await Promise.all(
      stored.map(async (message) => {
        const conversation = await this.access.find(message.conversation_id.toHexString());
        if (!conversation) return [];
        const sender = await this.users.nameOf(message.sender_id);
        return (message.outbox ?? []).flatMap((entry) => this.toEvents(message, entry, conversation, sender));
      }),
    );
    await this.markPublished(this.forNobody.splice(0));
    return events.flat();
  }

  private toEvents(
    message: StoredMessage,
    entry: OutboxEntry,
    conversation: ConversationDto,
    senderName: string,
  ): Outgoing[] {
    const recipients = this.departed.livingIn(conversation).filter((id) => id !== message.sender_id);
    const parts = Math.ceil(recipients.length / RECIPIENTS_PER_EVENT);
    if (parts === 0) this.forNobody.push(entry.id);
    if (parts > 1) this.openParts.set(entry.id, parts);
    return Array.from({ length: parts }, (_, part) => ({
      contract: messageCreatedEvent,
      id: parts > 1 ? `${entry.id}#${part}` : entry.id,
      key: conversation._id,
      at: entry.at,
      traceId: message._id.toHexString(),
      data: {
        messageId: message._id.toHexString(),
        conversationId: conversation._id,
        conversationName: conversation.name,
        conversationType: conversation.type,
        seq: message.seq,
        senderId: message.sender_id,
        senderName,
        preview: message.content.slice(0, PREVIEW_LENGTH),
        messageType: message.type as MessageType,
        recipientIds: recipients.slice(part * RECIPIENTS_PER_EVENT, (part + 1) * RECIPIENTS_PER_EVENT),
        createdAt: message.created_at.toISOString(),
      },
    }));
  }

  private async markPublished(ids: string[]): Promise<void> {
    const done = ids.map((id) => id.split('#')[0] ?? id).filter((id) => this.isComplete(id));
    if (done.length === 0) return;
    const messageIds = done.map((id) => new mongo.ObjectId(id.slice(0, 24)));
    await this.log.messages.updateMany(
      { _id: { $in: messageIds } },
      { $pull: { outbox: { id: { $in: done } } } },
      { writeConcern: { w: 1 }, maxTimeMS: 3_000 },
    );
  }

  private isComplete(entryId: string): boolean {
    const open = (this.openParts.get(entryId) ?? 1) - 1;
    if (open > 0) this.openParts.set(entryId, open);
    else this.openParts.delete(entryId);
    return open <= 0;
  }
}
