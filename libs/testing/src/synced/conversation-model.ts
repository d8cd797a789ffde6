import type {
  ConversationDto,
  MessageDeletedDto,
  MessageDto,
  MessagePinnedDto,
  MessageReactionDto,
  SystemDto,
} from '@app/contracts';

/** What a client needs to know of a message. Who has read it is not among it: receipts have no number. */
export interface KnownMessage {
  id: string;
  seq: number;
  ev: number;
  senderId: number;
  clientId: string;
  type: string;
  content: string;
  attachments: string[];
  replyTo: string | null;
  editedAt: string | null;
  isDeleted: boolean;
  reactions: { emoji: string; user_ids: number[] }[];
  pinnedBy: number | null;
}

/** The five live events that carry a change number of a conversation; each number comes by exactly one of them. */
export type LiveChange =
  | { name: 'message:created'; data: MessageDto }
  | { name: 'message:updated'; data: MessageDto }
  | { name: 'message:deleted'; data: MessageDeletedDto }
  | { name: 'message:reaction'; data: MessageReactionDto }
  | { name: 'message:pinned'; data: MessagePinnedDto };

/** `next`: applied. `known`: an old one. `gap`: something is missing before it, or what it is about. */
export type Outcome = 'next' | 'known' | 'gap';

/** One conversation as this client knows it: right as of the change `ev`. */
export class ConversationModel {
  readonly messages = new Map<string, KnownMessage>();

  constructor(
    public conversation: ConversationDto,
    /** The cursor: number of the last change that is in here. */
    public ev: number,
  ) {}

  get id(): string {
    return this.conversation._id;
  }

  /** In their order. */
  get history(): KnownMessage[] {
    return [...this.messages.values()].sort((a, b) => a.seq - b.seq);
  }

  /** A live event counts only if it is the very next change. */
  apply(change: LiveChange): Outcome {
    const { ev } = change.data;
    if (ev <= this.ev) return 'known';
    if (ev > this.ev + 1 || !this.accept(change)) return 'gap';
    this.ev = ev;
    return 'next';
  }

  /**
   * A page of changes since the cursor, and the conversation as of its last change or later. Live changes may have overtaken the
   * page: then what they have made of the conversation is newer.
   */
  takePage(conversation: ConversationDto, messages: readonly MessageDto[], ev: number): void {
    if (ev >= this.ev) this.conversation = conversation;
    for (const message of messages) this.keep(message);
    this.ev = Math.max(this.ev, ev);
  }

  /** Messages come as they are now, on several ways: the later state wins. */
  keep(message: MessageDto): void {
    const known = this.messages.get(message._id);
    if (!known || known.ev <= message.ev) this.messages.set(message._id, toKnown(message));
  }

  private accept(change: LiveChange): boolean {
    if (change.name === 'message:created' || change.name === 'message:updated') {
      this.keep(change.data);
      if (change.data.system) this.conversation = changed(this.conversation, change.data.system);
      return true;
    }
    const known = this.messages.get(change.data.messageId);
    if (!known) return false;
    this.messages.set(known.id, { ...known, ...effectOf(change), ev: change.data.ev });
    return true;
  }
}

function effectOf(change: Exclude<LiveChange, { data: MessageDto }>): Partial<KnownMessage> {
  switch (change.name) {
    case 'message:deleted':
      return { isDeleted: true, content: '', attachments: [], reactions: [], editedAt: null, pinnedBy: null };
    case 'message:reaction':
      return { reactions: change.data.reactions };
    case 'message:pinned':
      return { pinnedBy: change.data.pinned ? change.data.by : null };
  }
}

const toKnown = (message: MessageDto): KnownMessage => ({
  id: message._id,
  seq: message.seq,
  ev: message.ev,
  senderId: message.sender_id,
  clientId: message.clientId,
  type: message.type,
  content: message.content,
  attachments: message.attachments,
  replyTo: message.reply_to,
  editedAt: message.edited_at,
  isDeleted: message.deleted_at !== null,
  reactions: message.reactions ?? [],
  pinnedBy: message.pinned_by ?? null,
});

/** What a system message has made of the conversation. */
function changed(
  conversation: ConversationDto,
  { action, userIds, name, avatar, description }: SystemDto,
): ConversationDto {
  const { participants, moderator_ids, admin_id } = conversation;
  const without = (ids: number[]) => ids.filter((id) => !userIds.includes(id));
  switch (action) {
    case 'member-added':
    case 'member-joined':
      return { ...conversation, participants: [...without(participants), ...userIds].sort((a, b) => a - b) };
    case 'member-removed':
    case 'member-left':
      return { ...conversation, participants: without(participants), moderator_ids: without(moderator_ids) };
    case 'moderator-promoted':
      return { ...conversation, moderator_ids: [...without(moderator_ids), ...userIds] };
    case 'moderator-demoted':
      return { ...conversation, moderator_ids: without(moderator_ids) };
    case 'admin-changed':
      return {
        ...conversation,
        admin_id: userIds[0] ?? admin_id,
        moderator_ids: [...without(moderator_ids), admin_id],
      };
    case 'conversation-updated':
      return {
        ...conversation,
        ...(name !== undefined && { name }),
        ...(avatar !== undefined && { avatar }),
        ...(typeof description === 'string' && { description }),
      };
    case 'request-accepted':
      return { ...conversation, status: 'accepted' };
    case 'request-declined':
      return { ...conversation, status: 'declined' };
    case 'disappearing-changed':
    case 'code-rotated':
    case 'conversation-deleted':
      return conversation;
  }
}
