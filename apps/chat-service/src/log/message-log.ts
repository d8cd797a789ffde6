import { batchReader, type BatchRead } from '@app/mongodb';
import { isGuarded } from '@app/platform';
import { mongo } from 'mongoose';
import { InvalidDraftError, OverloadedError } from './errors';
import { type Head, readHead } from './head';
import { confirm } from './lane/confirm';
import { Lane } from './lane/lane';
import { type LogContext, type LogCounters, type MessageLogOptions, defaultLogOptions } from './log-context';
import { ensureMessageIndexes } from './message-indexes';
import { PendingChange, PendingControl } from './lane/pending';
import type {
  AppendResult,
  ChangeOptions,
  ChangeResult,
  CommittedChange,
  ControlDraft,
  MessageDraft,
  Mutation,
  StoredMessage,
} from './stored-message';

const objectIdHex = /^[0-9a-f]{24}$/;

const SHARES_LANES = isGuarded('conversation-lane');

/**
 * The durable log of all conversations: gapless message numbers, gapless change numbers, one message per clientId,
 * under any number of competing processes and without a lock (docs/adr/0002-gapless-log.md). A promise resolves only
 * after majority and journal; it ends within about `deadlineMs`, at worst with UnknownOutcomeError.
 */
export class MessageLog {
  readonly messages: mongo.Collection<StoredMessage>;
  readonly list: BatchRead<StoredMessage>;
  readonly counters: LogCounters = {
    appended: 0,
    changed: 0,
    duplicates: 0,
    flushes: 0,
    lostRaces: 0,
    nudges: 0,
    unknown: 0,
    refused: 0,
  };
  private readonly context: LogContext;
  private readonly lanes: Lane[];
  private readonly listeners: ((change: CommittedChange) => void)[] = [];
  private draining = false;

  constructor(
    db: mongo.Db,
    options: Partial<MessageLogOptions> = {},
    /** Gets what a listener throws; the log goes on. */
    private readonly onListenerError: (error: unknown) => void = (error) =>
      process.emitWarning(String(error)),
  ) {
    // Whatever the URI says about reading from secondaries: the numbers must come from the primary.
    this.messages = db.collection<StoredMessage>('messages', { readPreference: 'primary' });
    this.list = batchReader(db, this.messages);
    this.context = {
      db,
      messages: this.messages,
      options: { ...defaultLogOptions, ...options },
      counters: this.counters,
      announce: this.announce.bind(this),
    };
    this.lanes = Array.from({ length: this.context.options.lanes }, () => new Lane(this.context));
  }

  /** Await before readiness: the unique indexes are what keeps the numbers right. */
  ensureIndexes(): Promise<void> {
    return ensureMessageIndexes(this.messages);
  }

  /** Resolves when a message that was read, as of its `ev`, is known to survive. */
  confirm({ _id, ev }: Pick<StoredMessage, '_id' | 'ev'>): Promise<void> {
    return confirm(this.context, [{ _id, ev }]);
  }

  /**
   * Called synchronously for every durable change of this process, in the order of its conversation, before the
   * caller gets its result. Writes of other processes, and own ones whose outcome stayed unknown, are not announced.
   */
  onCommitted(listener: (change: CommittedChange) => void): void {
    this.listeners.push(listener);
  }

  /** Stores a message, or finds the one that this clientId stored before. Sends of one caller keep their order. */
  append(draft: MessageDraft): Promise<AppendResult> {
    const conversationId = normalise(draft.conversationId);
    const mistake = this.mistakeIn(draft, conversationId);
    if (mistake || !conversationId) return Promise.reject(mistake ?? invalidId('conversationId'));
    return this.laneOf(conversationId).append(conversationId, draft);
  }

  /** Writes a change of the conversation itself, as the message behind the state that it was decided from. Null: nothing to do. */
  control(draft: ControlDraft): Promise<AppendResult | null> {
    const conversationId = normalise(draft.conversationId);
    const mistake = this.mistakeIn(draft, conversationId);
    if (mistake || !conversationId) return Promise.reject(mistake ?? invalidId('conversationId'));
    return this.laneOf(conversationId).control(conversationId, new PendingControl(draft));
  }

  /** Changes a message as `mutate` decides. */
  change(
    messageId: string,
    conversationId: string,
    mutate: Mutation,
    options: ChangeOptions = {},
  ): Promise<ChangeResult> {
    const message = normalise(messageId);
    const conversation = normalise(conversationId);
    if (!message) return Promise.reject(invalidId('messageId'));
    if (!conversation) return Promise.reject(invalidId('conversationId'));
    if (this.draining) return Promise.reject(shuttingDown());
    const pending = new PendingChange(new mongo.ObjectId(message), mutate, options);
    return this.laneOf(conversation).change(conversation, pending);
  }

  /** Where the conversation ends now, read from the store; all zero when it has no message. */
  last(conversationId: string): Promise<Head> {
    const conversation = normalise(conversationId);
    if (!conversation) return Promise.reject(invalidId('conversationId'));
    return readHead(this.messages, new mongo.ObjectId(conversation));
  }

  /**
   * Optional: tells of a change that another process made durable, as the live bus carries it. It saves a lost
   * race when this process writes to the same conversation. Late, doubled or missing hints do no harm; `head` must
   * be the numbers and time of one stored change, never a guess.
   */
  observe(conversationId: string, head: Head): void {
    this.laneOf(conversationId).observe(conversationId, head);
  }

  /** Callers that wait for the store right now. */
  get waiting(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.waitingCount, 0);
  }

  /** Refuses new work and resolves when all that was accepted has its answer. */
  async drain(): Promise<void> {
    this.draining = true;
    await Promise.all(this.lanes.map((lane) => lane.drain()));
  }

  private mistakeIn(
    { clientId, senderId }: Pick<MessageDraft, 'clientId' | 'senderId'>,
    conversationId: string | undefined,
  ): Error | undefined {
    if (typeof clientId !== 'string' || clientId === '')
      return new InvalidDraftError('clientId', 'a text that is not empty');
    if (!Number.isSafeInteger(senderId)) return new InvalidDraftError('senderId', 'an integer');
    if (conversationId === undefined) return invalidId('conversationId');
    return this.draining ? shuttingDown() : undefined;
  }

  private laneOf(conversationId: string): Lane {
    if (!SHARES_LANES) return new Lane(this.context);
    // The last bytes of an ObjectId are a counter: they spread evenly.
    const lane = this.lanes[Number.parseInt(conversationId.slice(-4), 16) % this.lanes.length];
    if (!lane) throw new RangeError('A log needs at least one lane');
    return lane;
  }

  private announce(change: CommittedChange): void {
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        this.onListenerError(error);
      }
    }
  }
}

/** One spelling per conversation, so that it has one queue; undefined when it is no id. */
function normalise(id: string): string | undefined {
  const lower = typeof id === 'string' ? id.toLowerCase() : '';
  return objectIdHex.test(lower) ? lower : undefined;
}

function invalidId(field: string): InvalidDraftError {
  return new InvalidDraftError(field, 'an id of 24 hex digits');
}

function shuttingDown(): OverloadedError {
  return new OverloadedError('Shutting down: not stored');
}
