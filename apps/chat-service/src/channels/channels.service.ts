import { Injectable } from '@nestjs/common';
import {
  badRequest,
  type ChannelDto,
  type ConversationDto,
  type JoinChannelDto,
  type ListChannelsDto,
  type Page,
} from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationDirectory } from '../conversations/conversation-directory';
import { ConversationViews } from '../conversations/conversation-views';
import type { ConversationState } from '../conversations/state/conversation-state';
import { DepartedUsers } from '../departures/departed-users';
import { JoiningService } from '../joining/joining.service';
import { wordsOf } from './name-words';

const DEFAULT_LIMIT = 20;

/** Channels: public conversations, found and joined by everybody, read by their members. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly directory: ConversationDirectory,
    private readonly joining: JoiningService,
    private readonly views: ConversationViews,
    private readonly departed: DepartedUsers,
  ) {}

  async list(caller: Caller, input: ListChannelsDto): Promise<Page<ChannelDto>> {
    const { query, limit = DEFAULT_LIMIT, cursor } = input;
    const beginnings = query === undefined ? [] : wordsOf(query);
    // A query of signs only has no words, and is no wish to see all.
    if (query !== undefined && beginnings.length === 0) return { items: [], next: null };
    const found = await this.directory.listChannels(beginnings, placeOf(cursor), limit + 1);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(({ state }) => this.toDto(state, caller.userId)),
      next: last ? Buffer.from(last.key).toString('base64url') : null,
    };
  }

  async join(caller: Caller, { conversationId }: JoinChannelDto): Promise<ConversationDto> {
    const { state } = await this.joining.join(caller, conversationId, 'join-channel');
    return this.views.of(caller.userId, state);
  }

  /** Field by field: what members alone may know stays inside. */
  private toDto(state: ConversationState, callerId: number): ChannelDto {
    return {
      _id: state.id,
      name: state.name ?? '',
      avatar: state.avatar,
      description: state.description,
      memberCount: this.departed.livingIn(state).length,
      joined: state.participants.includes(callerId),
      created_at: state.createdAt.toISOString(),
    };
  }
}

function placeOf(cursor: string | undefined): string {
  if (cursor === undefined) return '';
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!/^.* [0-9a-f]{24}$/su.test(key))
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  return key;
}
