import { Injectable } from '@nestjs/common';
import {
  AppError,
  draftChanged,
  type DraftDto,
  type ListDraftsDto,
  type Page,
  type SetDraftDto,
} from '@app/contracts';
import { Broadcaster, rooms, type Caller } from '@app/realtime';
import { ChatConfig } from '../config';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { ConversationPolicy } from '../conversations/policy/conversation-policy';
import { ConversationStates } from '../conversations/state/conversation-states';
import { DraftRepository, type Draft } from './draft.repository';
import { fromCursor, toCursor } from '../time-cursor';

const DEFAULT_LIMIT = 20;

/** What people have typed and not sent yet, the same on all of their devices. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly drafts: DraftRepository,
    private readonly states: ConversationStates,
    private readonly policy: ConversationPolicy,
    private readonly memberships: MembershipsService,
    private readonly broadcaster: Broadcaster,
    private readonly config: ChatConfig,
  ) {}

  async set(caller: Caller, { conversationId, content, replyTo, clientId }: SetDraftDto): Promise<DraftDto> {
    const state = await this.states.getFor(caller.userId, conversationId);
    await this.policy.assertMay(caller, state, 'draft');
    const draft = { conversationId: state.id, content, replyTo: replyTo ?? null };
    const { MAX_DRAFTS } = this.config;
    const stored = await this.drafts.set(caller.userId, draft, MAX_DRAFTS);
    if (!stored)
      throw new AppError('CONFLICT', `there are ${MAX_DRAFTS} drafts already; send or empty one first`);
    const dto = toDto(stored);
    const told = { ...dto, ...(clientId !== undefined && { clientId }) };
    this.broadcaster.to(rooms.user(caller.userId)).emit(draftChanged, told);
    return dto;
  }

  async list({ userId }: Caller, { limit = DEFAULT_LIMIT, cursor }: ListDraftsDto): Promise<Page<DraftDto>> {
    const [found, ids] = await Promise.all([
      this.drafts.listOf(userId, limit + 1, cursor === undefined ? undefined : fromCursor(cursor)),
      this.memberships.idsOf(userId),
    ]);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const isIn = new Set(ids);
    return {
      // Drafts to conversations that one has left are kept, in case one comes back; nobody could send them now.
      items: page.filter(({ conversationId }) => isIn.has(conversationId)).map(toDto),
      next: last && found.length > limit ? toCursor({ at: last.updatedAt, id: last.conversationId }) : null,
    };
  }

  /** All of one user in the order of their conversations, those behind one of them. */
  async listOwn(userId: number, after: string | undefined, limit: number): Promise<DraftDto[]> {
    return (await this.drafts.listOwn(userId, after, limit)).map(toDto);
  }

  removeAllOf(userId: number): Promise<void> {
    return this.drafts.removeAllOf(userId);
  }
}

const toDto = ({ conversationId, content, replyTo, rev, updatedAt }: Draft): DraftDto => ({
  conversation_id: conversationId,
  content,
  reply_to: replyTo,
  rev,
  updated_at: updatedAt.toISOString(),
});
