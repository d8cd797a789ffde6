import { Injectable } from '@nestjs/common';
import { badRequest, type CursorDto, type SyncDto, type SyncedDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationsService } from '../conversations/conversations.service';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageLog } from '../log/message-log';
import { MessageReader } from '../log/message-reader';
import { MessagePages } from '../messages/message-pages';

const DEFAULT_LIMIT = 50;
/** Conversations in one answer; whoever has missed more asks again. */
const CONVERSATIONS = 100;

/**
 * What somebody has missed, from the numbers of the changes alone: any gap, of any age, on any instance. Messages come as
 * they are now, so a hundred edits are one.
 */
@Injectable()
export class SyncService {
  constructor(
    private readonly log: MessageLog,
    private readonly messages: MessageReader,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
    private readonly conversations: ConversationsService,
    private readonly pages: MessagePages,
  ) {}

  async sync(caller: Caller, { cursors, limit = DEFAULT_LIMIT }: SyncDto): Promise<SyncedDto[]> {
    const known = byId(cursors);
    const ids = new Set(await this.memberships.idsOf(caller.userId));
    const changed = await this.messages.listChanged([...known].map(([id, ev]) => ({ id, ev })));
    // Lists may lag behind: whoever has just come in is told by the state, and whoever has gone too.
    const asked = [...known.keys()].filter((id) => changed.has(id) || !ids.has(id));
    const fresh = [...ids].filter((id) => !known.has(id));
    const answers: SyncedDto[] = [];
    for (const id of [...asked, ...fresh]) {
      if (answers.length === CONVERSATIONS) break;
      const answer = await this.one(caller, id, known.get(id), limit);
      if (answer) answers.push(answer);
    }
    return answers;
  }

  private async one(
    caller: Caller,
    id: string,
    cursor: number | undefined,
    limit: number,
  ): Promise<SyncedDto | undefined> {
    // Read before the state, so that the state is never older than where the caller goes on from.
    const head = cursor === undefined ? await this.log.last(id) : undefined;
    const found = cursor === undefined ? [] : await this.messages.listChangesAfter(id, cursor, limit + 1);
    const control = Math.max(head?.control ?? 0, ...found.map(({ control_ev }) => control_ev));
    const state = (await this.states.atLeast(id, control)) ?? undefined;
    if (!state || state.isDeleted || !state.participants.includes(caller.userId))
      return cursor === undefined ? undefined : without('gone', id, cursor);
    const conversation = await this.conversations.get(caller, id);
    if (head) return { ...without('new', id, head.ev), conversation };
    const page = found.slice(0, limit);
    const last = page.at(-1);
    if (!last) return undefined;
    const messages = await this.pages.show(caller.userId, state, page);
    return {
      conversationId: id,
      state: 'changed',
      conversation,
      messages,
      ev: last.ev,
      more: found.length > limit,
    };
  }
}

/** Without messages. */
const without = (state: 'new' | 'gone', conversationId: string, ev: number): SyncedDto => ({
  conversationId,
  state,
  messages: [],
  ev,
  more: false,
});

/** One spelling per conversation. */
function byId(cursors: readonly CursorDto[]): Map<string, number> {
  const known = new Map(cursors.map(({ conversationId, ev }) => [conversationId.toLowerCase(), ev]));
  if (known.size < cursors.length) throw badRequest('cursors', 'must name each conversation once');
  return known;
}
