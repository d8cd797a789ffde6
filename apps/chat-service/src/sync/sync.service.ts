import { Injectable } from '@nestjs/common';
import { badRequest, type ConversationDto, type Page, type SyncDto, type SyncedDto } from '@app/contracts';
import type { Caller } from '@app/realtime';
import { ConversationViews } from '../conversations/conversation-views';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { MessageLog } from '../log/message-log';
import { MessageReader } from '../log/message-reader';
import type { StoredMessage } from '../log/stored-message';
import { MessagePages } from '../messages/message-pages';
import { SharedReads } from './shared-reads';

const DEFAULT_LIMIT = 50;
/** Conversations that are read together. */
const AT_ONCE = 25;
/** An answer ends behind so many conversations or messages, or a few more; whoever has missed more asks again. */
const CONVERSATIONS = 100;
const MESSAGES = 1_000;
/** And after so long: what was read does the caller more good than one answer with all. */
const LONG_MS = 1_500;

/** Of a conversation that is asked for. */
interface Asked {
  id: string;
  /** Undefined: the caller knows nothing of it. */
  cursor: number | undefined;
}

interface Found extends Asked {
  /** Undefined: it does not exist for the caller. */
  state: ConversationState | undefined;
  messages: readonly StoredMessage[];
  /** Where it stands, if the caller knows nothing of it. */
  head: number;
}

/**
 * What somebody has missed, from the numbers of the changes alone: any gap, of any age, on any instance. Messages come as
 * they are now, so a hundred edits are one. Conversations are taken in the order of their ids, so that a client with any
 * number of them can go through them in parts (docs/adr/0024).
 */
@Injectable()
export class SyncService {
  private readonly changes = new SharedReads<StoredMessage[]>();

  constructor(
    private readonly log: MessageLog,
    private readonly messages: MessageReader,
    private readonly states: ConversationStates,
    private readonly memberships: MembershipsService,
    private readonly views: ConversationViews,
    private readonly pages: MessagePages,
  ) {}

  async sync(caller: Caller, input: SyncDto): Promise<Page<SyncedDto>> {
    const asked = await this.askedBy(caller, input);
    const items: SyncedDto[] = [];
    const until = performance.now() + LONG_MS;
    const isEnough = () => done >= CONVERSATIONS || messages >= MESSAGES || performance.now() > until;
    let [done, messages] = [0, 0];
    while (done < asked.length && !(done > 0 && isEnough())) {
      const part = asked.slice(done, (done += AT_ONCE));
      const answers = await this.answer(caller, part, input.limit ?? DEFAULT_LIMIT);
      for (const answer of answers) messages += answer.messages.length;
      items.push(...answers);
    }
    return { items, next: done < asked.length ? (asked[done - 1]?.id ?? null) : null };
  }

  /** Those of which there may be something to tell, in the order of their ids. */
  private async askedBy({ userId }: Caller, input: SyncDto): Promise<Asked[]> {
    const known = cursorsOf(input);
    const since = [...known].flatMap(([id, ev]) => (ev === undefined ? [] : [{ id, ev }]));
    const { onlyNamed, after, through } = input;
    const [own, changed] = await Promise.all([
      this.memberships.idsWithin(userId, onlyNamed ? [...known.keys()] : { after, through }),
      this.messages.listChanged(since),
    ]);
    const ids = new Set(own);
    // Lists may lag behind: whoever has just come in is told by the state, and whoever has gone too.
    const named = [...known.keys()].filter(
      (id) => changed.has(id) || !ids.has(id) || known.get(id) === undefined,
    );
    const fresh = own.filter((id) => !known.has(id));
    return [...named, ...(onlyNamed ? [] : fresh)].sort().map((id) => ({ id, cursor: known.get(id) }));
  }

  private async answer({ userId }: Caller, part: readonly Asked[], limit: number): Promise<SyncedDto[]> {
    await this.states.warm(part.map(({ id }) => id));
    const found = await Promise.all(part.map((asked) => this.read(userId, asked, limit)));
    const there = found.flatMap(({ state, messages }) =>
      state ? [{ state, messages: messages.slice(0, limit) }] : [],
    );
    const [conversations, shown] = await Promise.all([
      this.views.ofAll(
        userId,
        there.map(({ state }) => state),
      ),
      this.pages.showAll(userId, there),
    ]);
    const byId = new Map(
      there.map(({ state }, index) => [
        state.id,
        { conversation: conversations[index], messages: shown[index] ?? [] },
      ]),
    );
    return found.flatMap((each) => toSynced(each, limit, byId.get(each.id)));
  }

  private async read(userId: number, { id, cursor }: Asked, limit: number): Promise<Found> {
    // Read before the state, so that the state is never older than where the caller goes on from.
    const head = cursor === undefined ? await this.log.last(id) : undefined;
    const messages = cursor === undefined ? [] : await this.changesAfter(id, cursor, limit + 1);
    const control = Math.max(head?.control ?? 0, ...messages.map(({ control_ev }) => control_ev));
    const state = (await this.states.atLeast(id, control)) ?? undefined;
    const isThere = state && !state.isDeleted && state.participants.includes(userId);
    return { id, cursor, state: isThere ? state : undefined, messages, head: head?.ev ?? 0 };
  }

  /** Many come back at once, and have missed the same. */
  private changesAfter(id: string, ev: number, limit: number): Promise<StoredMessage[]> {
    return this.changes.read(`${id}:${ev}:${limit}`, () => this.messages.listChangesAfter(id, ev, limit));
  }
}

function toSynced(
  { id: conversationId, cursor, state, messages: found, head }: Found,
  limit: number,
  seen: Pick<SyncedDto, 'messages'> & { conversation?: ConversationDto } = { messages: [] },
): SyncedDto[] {
  const without = { conversationId, messages: [], more: false };
  // Nobody has said that it is there.
  if (!state) return cursor === undefined ? [] : [{ ...without, state: 'gone', ev: cursor }];
  const { conversation, messages } = seen;
  if (cursor === undefined) return [{ ...without, state: 'new', ev: head, conversation }];
  const last = found.slice(0, limit).at(-1);
  if (!last) return [];
  return [
    { conversationId, state: 'changed', conversation, messages, ev: last.ev, more: found.length > limit },
  ];
}

/** One spelling per conversation. */
function cursorsOf({ cursors, after, through }: SyncDto): Map<string, number | undefined> {
  const known = new Map(cursors.map(({ conversationId, ev }) => [conversationId.toLowerCase(), ev]));
  if (known.size < cursors.length) throw badRequest('cursors', 'must name each conversation once');
  const [low, high] = [after?.toLowerCase() ?? '', through?.toLowerCase()];
  if ([...known.keys()].some((id) => id <= low || (high !== undefined && id > high)))
    throw badRequest('cursors', 'must be between after and through');
  return known;
}
