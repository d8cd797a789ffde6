import { Injectable } from '@nestjs/common';
import { badRequest, type FoundMessageDto, type Page, type SearchMessagesDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { ConversationStates } from '../conversations/state/conversation-states';
import { idOf, placeOf, type Place } from './place';
import { SearchRun } from './search-run';
import { isEmpty, wantedOf } from './text/wanted';

const DEFAULT_LIMIT = 20;

/** Finds messages by their words, in the caller's own conversations. */
@Injectable()
export class SearchService {
  constructor(
    private readonly run: SearchRun,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
  ) {}

  async search(caller: Caller, input: SearchMessagesDto): Promise<Page<FoundMessageDto>> {
    const { limit = DEFAULT_LIMIT, skip = 0, senderId, type, cursor } = input;
    const wanted = wantedOf(input.query);
    if (isEmpty(wanted)) throw badRequest('query', 'must have a letter, a digit or an emoji');
    if (cursor !== undefined && input.skip !== undefined)
      throw badRequest('skip', 'must not stand beside cursor');
    const { from, to } = rangeOf(input);
    const ids = await this.conversationsOf(caller, input.conversationId);
    if (ids.length === 0) return { items: [], next: null, total: 0, more: false };
    return this.run.page({
      caller,
      wanted,
      where: { conversationIds: ids.map(idOf), from, to },
      senderId,
      type,
      cursor: cursor === undefined ? undefined : idOf(cursor),
      skip,
      limit,
    });
  }

  /** Those that the caller is in, as of now. */
  private async conversationsOf(caller: Caller, only: string | undefined): Promise<string[]> {
    if (only === undefined) return this.memberships.idsOf(caller.userId);
    return [(await this.states.getFor(caller.userId, only)).id];
  }
}

function rangeOf({ startDate, endDate }: SearchMessagesDto): {
  from: Place | undefined;
  to: Place | undefined;
} {
  const [start, end] = [momentOf('startDate', startDate), momentOf('endDate', endDate)];
  if (start && end && end <= start) throw badRequest('endDate', 'must be after startDate');
  return { from: start && placeOf(start), to: end && placeOf(end) };
}

function momentOf(field: string, text: string | undefined): Date | undefined {
  const at = text === undefined ? undefined : new Date(text);
  if (at && Number.isNaN(at.getTime())) throw badRequest(field, 'must be an ISO 8601 date');
  return at;
}
