import { Injectable } from '@nestjs/common';
import { notFound, type ConversationDto } from '@app/contracts';
import { rooms } from '@app/realtime';
import { ConversationRepository } from './conversation.repository';
import { toConversationDto } from './conversation.view';

const CACHED_CONVERSATIONS = 20_000;

/**
 * Who may touch a conversation: its members; to everybody else it does not exist. Answers from memory, because each
 * send asks. What is cached cannot change yet: membership is fixed when a conversation is created.
 */
@Injectable()
export class ConversationAccess {
  private readonly cache = new Map<string, ConversationDto>();
  private readonly rooms = new WeakMap<ConversationDto, string[]>();

  constructor(private readonly conversations: ConversationRepository) {}

  /** The conversation, if the user is a member; NOTFOUND for all else, so that a guessed id tells nothing. */
  async getFor(userId: number, conversationId: string): Promise<ConversationDto> {
    const conversation = await this.find(conversationId);
    if (!conversation?.participants.includes(userId)) throw notFound('conversation');
    return conversation;
  }

  /** What is in memory; for the path between a commit and its delivery, which must not wait. */
  peek(conversationId: string): ConversationDto | undefined {
    return this.cache.get(conversationId.toLowerCase());
  }

  /** The rooms of all members, if the conversation is in memory. */
  peekRooms(conversationId: string): string[] | undefined {
    const conversation = this.peek(conversationId);
    return conversation && this.roomsOf(conversation);
  }

  async findRooms(conversationId: string): Promise<string[] | undefined> {
    const conversation = await this.find(conversationId);
    return conversation && this.roomsOf(conversation);
  }

  async find(conversationId: string): Promise<ConversationDto | undefined> {
    const known = this.peek(conversationId);
    if (known) return known;
    const stored = await this.conversations.findById(conversationId);
    return stored ? this.remember(toConversationDto(stored)) : undefined;
  }

  remember(conversation: ConversationDto): ConversationDto {
    if (this.cache.size >= CACHED_CONVERSATIONS) {
      const oldest = this.cache.keys().next();
      if (!oldest.done) this.cache.delete(oldest.value);
    }
    this.cache.set(conversation._id, conversation);
    return conversation;
  }

  /** Made once per conversation: a group of a thousand has a thousand names. */
  private roomsOf(conversation: ConversationDto): string[] {
    let names = this.rooms.get(conversation);
    if (!names) this.rooms.set(conversation, (names = conversation.participants.map(rooms.user)));
    return names;
  }
}
