import {
  chatNamespace,
  conversationCreated,
  conversationDeleted,
  listMessages,
  memberRemoved,
  messageCreated,
  messageDeleted,
  messagePinned,
  messageReaction,
  messageUpdated,
  sendMessage,
  syncConversations,
  type ClientEvent,
  type ConversationCreatedDto,
  type ConversationDeletedDto,
  type CursorDto,
  type Data,
  type Fields,
  type MembersRemovedDto,
  type SendMessageDto,
  type SentMessageDto,
  type SyncDto,
  type SyncedDto,
} from '@app/contracts';
import { CommandQueue, type Settled } from './command-queue';
import { ConversationModel, type LiveChange } from './conversation-model';
import { Link } from './link';

const CHANGES: ReadonlySet<string> = new Set(
  [messageCreated, messageUpdated, messageDeleted, messageReaction, messagePinned].map(({ name }) => name),
);
/** Conversations that one `conversation:sync` may name. */
const CURSORS = 500;
const HISTORY_PAGE = 100;
const SYNC_AGAIN_MS = 300;

/** For whoever wants to watch: a test, a log. */
export interface Watcher {
  connected?: () => void;
  disconnected?: (reason: string) => void;
  /** Every event as it came in, and which connection it came by. */
  heard?: (name: string, payload: unknown, connection: number) => void;
  /** A live event did not follow what was known. */
  gap?: (conversationId: string) => void;
  synced?: (answer: SyncedDto) => void;
  /** All that was missed has been read. */
  caughtUp?: () => void;
}

export interface SyncedClientOptions {
  userId: number;
  /** Origins of the gateways: when one is away, the next is tried. */
  gateways: readonly string[];
  token: () => string;
  watcher?: Watcher;
}

/**
 * A client that follows the protocol, for authors of clients to read. Four rules:
 *
 * 1. Per conversation it keeps a cursor, the `ev` of the last change that it has. A live event counts only if its `ev` is the
 *    next one. A lower one is old; a higher one says that something is missing.
 * 2. Whatever may be missing is read by `conversation:sync`, page after page, until there is no next one: on a new connection
 *    with all cursors, of a gap or of a conversation that it does not know with that one alone. Nothing else is needed, however
 *    long it was away.
 * 3. What a sync brings and what comes live at the same time may overlap: of two states of a message the one with the
 *    higher `ev` is the later, and the conversation that comes with a page is older than a cursor beyond the page's `ev`.
 * 4. A command has a `clientId` and is repeated, as it was, until it has an answer.
 */
export class SyncedClient {
  readonly conversations = new Map<string, ConversationModel>();
  private readonly link: Link;
  private readonly commands: CommandQueue;
  private readonly watcher: Watcher;
  private isSyncing = false;
  /** Anything may be missing. */
  private lacksAll = false;
  /** Something is missing of these. */
  private readonly lacking = new Set<string>();

  constructor(private readonly options: SyncedClientOptions) {
    this.watcher = options.watcher ?? {};
    this.link = new Link({
      ...options,
      namespace: chatNamespace,
      onUp: () => this.onUp(),
      onDown: (reason) => this.watcher.disconnected?.(reason),
      onEvent: (name, payload, connection) => this.onEvent(name, payload, connection),
    });
    this.commands = new CommandQueue(this.link);
  }

  /** Connected, and as far as is known nothing is missing. */
  get isInSync(): boolean {
    return this.link.isUp && !this.isSyncing && !this.isBehind;
  }

  private get isBehind(): boolean {
    return this.lacksAll || this.lacking.size > 0;
  }

  goOnline(): void {
    this.link.open();
  }

  /** What is known stays; what was said and not answered waits. */
  goOffline(): void {
    this.link.close();
  }

  /** Resolves when it is stored, over any number of connections. Rejects when it is refused for good. */
  send(message: Fields<SendMessageDto> & { clientId: string }): Promise<SentMessageDto> {
    return this.do(message.conversationId, sendMessage, message);
  }

  /** Several to one conversation, one right behind the other. Those that were stored by their first try stand in this order. */
  sendRow(
    conversationId: string,
    messages: readonly (Omit<Fields<SendMessageDto>, 'conversationId'> & { clientId: string })[],
  ): Promise<Settled<SentMessageDto>>[] {
    const row = messages.map((message) => ({ ...message, conversationId }));
    return this.commands.runRow(conversationId, sendMessage, row);
  }

  /** Any other command, in order with all that was said about the conversation. */
  do<P extends object, R>(
    conversationId: string,
    command: ClientEvent<P, R>,
    payload: Fields<P>,
  ): Promise<Data<R>> {
    return this.commands.run(conversationId, command, payload);
  }

  private onUp(): void {
    this.watcher.connected?.();
    this.missing();
    this.commands.resume();
  }

  private onEvent(name: string, payload: unknown, connection: number): void {
    this.watcher.heard?.(name, payload, connection);
    if (CHANGES.has(name)) this.onChange({ name, data: payload } as LiveChange);
    else if (name === conversationCreated.name)
      this.missing((payload as ConversationCreatedDto).conversation._id);
    else if (name === conversationDeleted.name) this.onDeleted(payload as ConversationDeletedDto);
    else if (name === memberRemoved.name) this.onRemoved(payload as MembersRemovedDto);
  }

  private onChange(change: LiveChange): void {
    // Hidden from this user alone, which is no change of the conversation.
    if (change.name === messageDeleted.name && 'forMe' in change.data) return;
    const id = 'messageId' in change.data ? change.data.conversationId : change.data.conversation_id;
    const model = this.conversations.get(id);
    const outcome = model?.apply(change) ?? 'gap';
    if (outcome !== 'gap') return;
    this.watcher.gap?.(id);
    this.missing(id);
  }

  /** Comes right behind the system message that says the same: an older one is not about this membership. */
  private onRemoved({ conversationId, ev, userIds }: MembersRemovedDto): void {
    if (!userIds.includes(this.options.userId)) return;
    const model = this.conversations.get(conversationId);
    if (model && model.ev <= ev) this.conversations.delete(conversationId);
  }

  private onDeleted({ conversationId }: ConversationDeletedDto): void {
    this.conversations.delete(conversationId);
  }

  /** Whatever may be missing, of one conversation or of all. */
  private missing(id?: string): void {
    if (id === undefined) this.lacksAll = true;
    else this.lacking.add(id);
    void this.sync();
  }

  /** One at a time; what is found to be missing meanwhile is another round. */
  private async sync(): Promise<void> {
    if (this.isSyncing) return;
    this.isSyncing = true;
    try {
      while (this.isBehind && this.link.isUp) {
        const ids = [...this.lacking];
        const isAll = this.lacksAll;
        this.lacking.clear();
        this.lacksAll = false;
        await (isAll ? this.readAll() : this.readThese(ids));
      }
      if (!this.isBehind) this.watcher.caughtUp?.();
    } catch {
      this.lacksAll = true;
      // On a lost connection the next one begins anew.
      setTimeout(() => this.isBehind && this.link.isUp && void this.sync(), SYNC_AGAIN_MS);
    } finally {
      this.isSyncing = false;
    }
  }

  /** All conversations in the order of their ids, so many at a time. */
  private async readAll(): Promise<void> {
    const known = [...this.conversations.keys()].sort();
    const unfinished: string[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const rest = known.filter((id) => id > (after ?? ''));
      const named = rest.slice(0, CURSORS);
      const through = rest.length > CURSORS ? named.at(-1) : undefined;
      const range = { ...(after !== '' && { after }), ...(through && { through }) };
      const { more, next } = await this.ask({ cursors: this.cursorsOf(named), ...range });
      unfinished.push(...more);
      after = next ?? through;
    }
    await this.readThese(unfinished);
  }

  private async readThese(ids: readonly string[]): Promise<void> {
    for (let rest = ids.toSorted(); rest.length > 0;) {
      const named = rest.slice(0, CURSORS);
      const { more, next } = await this.ask({ cursors: this.cursorsOf(named), onlyNamed: true });
      const unanswered = next === undefined ? [] : named.filter((id) => id > next);
      rest = [...unanswered, ...rest.slice(CURSORS), ...more].toSorted();
    }
  }

  /** `more`: those of which there is more. `next`: where the answer stopped. */
  private async ask(payload: SyncDto): Promise<{ more: string[]; next: string | undefined }> {
    const { data, page } = await this.link.ask(syncConversations, payload);
    // One after the other: what has been read stays, whatever becomes of the connection before the last one.
    for (const answer of data) await this.take(answer);
    const more = data.flatMap(({ conversationId, more }) => (more ? [conversationId] : []));
    return { more, next: page?.next ?? undefined };
  }

  /** Of one that is not known only the id. */
  private cursorsOf(ids: readonly string[]): CursorDto[] {
    return ids.map((conversationId) => {
      const ev = this.conversations.get(conversationId)?.ev;
      return ev === undefined ? { conversationId } : { conversationId, ev };
    });
  }

  private async take(answer: SyncedDto): Promise<void> {
    const { conversationId: id, conversation, messages, ev } = answer;
    this.watcher.synced?.(answer);
    if (!conversation) {
      this.conversations.delete(id);
      return;
    }
    const known = this.conversations.get(id);
    if (known && answer.state === 'new') return;
    if (known) {
      known.takePage(conversation, messages, ev);
      return;
    }
    const model = new ConversationModel(conversation, ev);
    if (ev > 0) await this.readHistory(model);
    this.conversations.set(id, model);
  }

  /** All of it; a client for people reads as much as it shows. */
  private async readHistory(model: ConversationModel): Promise<void> {
    let before: string | null | undefined;
    do {
      const { data, page } = await this.link.ask(listMessages, {
        conversationId: model.id,
        limit: HISTORY_PAGE,
        ...(before && { before }),
      });
      for (const message of data) model.keep(message);
      before = page?.next;
    } while (before);
  }
}
