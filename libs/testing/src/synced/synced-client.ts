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
  type ConversationDeletedDto,
  type CursorDto,
  type Data,
  type Fields,
  type MembersRemovedDto,
  type SendMessageDto,
  type SentMessageDto,
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
 * 2. Whatever may be missing (a gap, a new connection, a conversation that it does not know) is read by `conversation:sync`
 *    with all cursors, page after page, until nothing comes. Nothing else is needed, however long it was away.
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
  private isBehind = false;

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
    void this.sync();
    this.commands.resume();
  }

  private onEvent(name: string, payload: unknown, connection: number): void {
    this.watcher.heard?.(name, payload, connection);
    if (CHANGES.has(name)) this.onChange({ name, data: payload } as LiveChange);
    else if (name === conversationCreated.name) void this.sync();
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
    void this.sync();
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

  /** One at a time; a wish that comes meanwhile is another round. */
  private async sync(): Promise<void> {
    this.isBehind = true;
    if (this.isSyncing) return;
    this.isSyncing = true;
    try {
      while (this.isBehind && this.link.isUp) {
        this.isBehind = false;
        for (const cursors of this.cursors()) await this.readMissed(cursors);
      }
    } catch {
      this.isBehind = true;
      // On a lost connection the next one begins anew.
      setTimeout(() => this.isBehind && this.link.isUp && void this.sync(), SYNC_AGAIN_MS);
    } finally {
      this.isSyncing = false;
    }
  }

  private cursors(): string[][] {
    const ids = [...this.conversations.keys()];
    return Array.from({ length: Math.max(1, Math.ceil(ids.length / CURSORS)) }, (_, part) =>
      ids.slice(part * CURSORS, (part + 1) * CURSORS),
    );
  }

  private async readMissed(ids: string[]): Promise<void> {
    for (;;) {
      const { data } = await this.link.ask(syncConversations, { cursors: this.cursorsOf(ids) });
      // Named in no cursor of this part, but known all the same.
      const news = data.filter(
        (answer) => answer.state !== 'new' || !this.conversations.has(answer.conversationId),
      );
      if (news.length === 0) return;
      for (const answer of news) {
        await this.take(answer);
        if (answer.state === 'new') ids.push(answer.conversationId);
      }
    }
  }

  private cursorsOf(ids: string[]): CursorDto[] {
    return ids.flatMap((id) => {
      const model = this.conversations.get(id);
      return model ? [{ conversationId: id, ev: model.ev }] : [];
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
    if (known) {
      known.takePage(conversation, messages, ev);
      return;
    }
    const model = new ConversationModel(conversation, ev);
    await this.readHistory(model);
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
