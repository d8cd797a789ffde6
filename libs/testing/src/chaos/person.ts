import {
  getUnreadCount,
  login,
  messageCreated,
  messageDeleted,
  messagePinned,
  messageReaction,
  messageUpdated,
  notificationCreated,
  notificationsNamespace,
  register,
  type MessageDeletedDto,
  type MessageDto,
  type NotificationDto,
} from '@app/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpClient } from '../http-client';
import { RefusedLater } from '../synced/command-queue';
import { Link } from '../synced/link';
import type { ConversationModel } from '../synced/conversation-model';
import { SyncedClient } from '../synced/synced-client';
import { WireError } from '../wire-errors';
import { chooseConversation, DEEDS, rowOf, type Dice, type Scene } from './deeds';
import type { EntryOf, HistoryWriter } from './history';
import type { Act } from './plan';

const PASSWORD = 'correct horse battery staple';
const AWAY_MS = { least: 500, more: 8_000 };
const TRIES = 30;

const NUMBERED: ReadonlySet<string> = new Set(
  [messageCreated, messageUpdated, messageDeleted, messageReaction, messagePinned].map(({ name }) => name),
);

export interface Identity {
  id: number;
  token: string;
}

/** Signs up and in; the system may be busy being disturbed by others. */
export async function signUp(gateways: readonly string[], username: string): Promise<Identity> {
  const email = `${username}@example.com`;
  for (let attempt = 0; ; attempt++) {
    const http = new HttpClient(gateways[attempt % gateways.length] ?? '');
    try {
      if (attempt === 0) await http.call(register, { body: { username, email, password: PASSWORD } });
      const { accessToken, user } = await http.call(login, { body: { email, password: PASSWORD } });
      return { id: user.user_id, token: accessToken };
    } catch (error) {
      if (attempt === TRIES) throw error;
      await delay(500);
    }
  }
}

/** Somebody who does what the plan says, as a client does it, and writes down all that they do and hear. */
export class Person {
  readonly client: SyncedClient;
  private readonly bell: Link;
  private readonly scene: Scene;
  private done = 0;
  private waiting = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly identity: Identity,
    private readonly gateways: readonly string[],
    private readonly history: HistoryWriter,
    everybody: readonly number[],
    /** Says several things at a time, without waiting for the answers. */
    private readonly isHasty = false,
  ) {
    const { id: who, token } = identity;
    const note = (state: 'up' | 'down' | 'gap' | 'sync', why?: string) =>
      history.add({ kind: 'connection', at: history.now, who, state, ...(why !== undefined && { why }) });
    this.client = new SyncedClient({
      userId: who,
      gateways,
      token: () => token,
      watcher: {
        connected: () => note('up'),
        disconnected: (reason) => note('down', reason),
        gap: (conversationId) => note('gap', conversationId),
        synced: ({ conversationId }) => note('sync', conversationId),
        heard: (name, payload, connection) => this.hear(name, payload, connection),
      },
    });
    this.bell = new Link({
      namespace: notificationsNamespace,
      gateways,
      token: () => token,
      onUp: () => undefined,
      onDown: () => undefined,
      onEvent: (name, payload, connection) => {
        if (name !== notificationCreated.name) return;
        const { _id } = payload as NotificationDto;
        history.add({ kind: 'pushed', at: history.now, who, connection, notificationId: _id });
      },
    });
    this.scene = { me: who, client: this.client, everybody, left: new Map() };
  }

  get id(): number {
    return this.identity.id;
  }

  /** How many commands have no answer yet. */
  get unanswered(): number {
    return this.waiting;
  }

  arrive(): void {
    clearTimeout(this.timer);
    this.client.goOnline();
    this.bell.open();
  }

  leave(): void {
    clearTimeout(this.timer);
    this.client.goOffline();
    this.bell.close();
  }

  perform({ deed, dice }: Act): void {
    if (deed === 'away') {
      this.leave();
      this.timer = setTimeout(() => this.arrive(), AWAY_MS.least + dice[0] * AWAY_MS.more);
      return;
    }
    const model = chooseConversation(this.scene, dice[0]);
    if (model && deed === 'send' && this.isHasty) return this.sayRow(model, dice);
    const intent = model && DEEDS[deed](this.scene, model, dice);
    if (!intent) return;
    const { conversationId, messageId } = intent;
    const id = this.newId();
    this.begin({ id, deed, conversationId, ...(messageId !== undefined && { messageId }) });
    void this.finish(
      id,
      intent.say(id).then((data) => ({ data })),
    );
  }

  /** How many unread notifications the system says that there are. */
  async badge(): Promise<number> {
    const http = new HttpClient(this.gateways[0] ?? '', () => this.identity.token);
    return (await http.call(getUnreadCount)).count;
  }

  private sayRow(model: ConversationModel, dice: Dice): void {
    const row = rowOf(model, dice).map((message) => ({ ...message, clientId: this.newId() }));
    const first = row[0]!.clientId;
    for (const { clientId } of row)
      this.begin({ id: clientId, deed: 'send', conversationId: model.id, row: first });
    const answers = this.client.sendRow(model.id, row);
    for (const [index, { clientId }] of row.entries()) void this.finish(clientId, answers[index]!);
  }

  private newId(): string {
    return `${this.id}-${++this.done}`;
  }

  private begin(what: Pick<EntryOf<'invoke'>, 'id' | 'deed' | 'conversationId' | 'messageId' | 'row'>): void {
    const { history, client } = this;
    const about = { at: history.now, who: this.id, clientId: what.id, isOnline: client.isInSync };
    history.add({ kind: 'invoke', ...about, ...what });
    this.waiting++;
  }

  private async finish(id: string, answer: Promise<{ data: unknown; isFirstTry?: boolean }>): Promise<void> {
    const { history } = this;
    try {
      const { data, isFirstTry } = await answer;
      const message = (data ?? {}) as Partial<MessageDto>;
      history.add({
        kind: 'ok',
        at: history.now,
        id,
        ...(message.seq !== undefined && { messageId: message._id, seq: message.seq, ev: message.ev }),
        ...(isFirstTry !== undefined && { isFirstTry }),
      });
    } catch (error) {
      // Nobody knows what has become of the first try.
      if (error instanceof RefusedLater) return;
      const code = error instanceof WireError ? error.code : String(error);
      history.add({ kind: 'fail', at: history.now, id, code });
    } finally {
      this.waiting--;
    }
  }

  private hear(event: string, payload: unknown, connection: number): void {
    if (!NUMBERED.has(event)) return;
    const data = payload as MessageDto | MessageDeletedDto;
    this.history.add({
      kind: 'heard',
      at: this.history.now,
      who: this.id,
      connection,
      event,
      conversationId: 'messageId' in data ? data.conversationId : data.conversation_id,
      messageId: 'messageId' in data ? data.messageId : data._id,
      ev: data.ev,
      // Reactions and pins tell no `seq`.
      ...((data as { seq?: number }).seq !== undefined && { seq: data.seq }),
    });
  }
}
