import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OutboxRelay, type OutboxStore, type OutgoingEvent } from '@app/messaging';
import { ConversationActivity } from '../conversations/conversation-activity';
import type { ConversationState } from '../conversations/state/conversation-state';
import { ConversationStates } from '../conversations/state/conversation-states';
import { toControlChange } from '../conversations/state/control-change';
import { membersBefore } from '../conversations/state/members-before';
import { LeasedWork } from '../leases/leased-work';
import { PROJECTION } from '../log/message-indexes';
import { MessageLog } from '../log/message-log';
import { MessageReader } from '../log/message-reader';
import { OutboxEntries } from '../log/outbox-entries';
import type { OutboxEntry, StoredMessage } from '../log/stored-message';
import { UserDirectory } from '../users/user-directory';

/** Shorter than entries have to wait for a sweep: of an instance that dies the next one takes over in time. */
const TURN_MS = 2_000;

/** What an event may be made of. */
export interface Telling {
  message: StoredMessage;
  entry: OutboxEntry;
  state: ConversationState;
  senderName: string;
}

/** Another place where events wait to be told: the beginnings of conversations. */
export interface OtherOutbox extends OutboxStore {
  owns(eventId: string): boolean;
}

/** The events of one entry. Several parts of one have ids `<entry>#<part>`; none: there is nobody to tell. */
type Described = OutgoingEvent[] | Promise<OutgoingEvent[]>;
type Describe = (telling: Telling) => Described;

/**
 * Brings what a message has to tell to the bus: at once when it was committed, and again from its own document when that
 * did not work out. The entry leaves the document only when the broker has confirmed every part of it.
 */
@Injectable()
export class MessageOutbox implements OnModuleInit {
  private readonly others: OtherOutbox[] = [];
  private readonly descriptions = new Map<string, Describe>();
  /** Entries of which parts are not confirmed yet: how many. Absent: one part. */
  private readonly openParts = new Map<string, number>();

  constructor(
    private readonly log: MessageLog,
    private readonly entries: OutboxEntries,
    private readonly messages: MessageReader,
    private readonly states: ConversationStates,
    private readonly activity: ConversationActivity,
    private readonly users: UserDirectory,
    private readonly relay: OutboxRelay,
    private readonly leases: LeasedWork,
  ) {}

  onModuleInit(): void {
    this.relay.use({
      markPublished: (ids) => this.markPublished(ids),
      takePending: (...what) => this.takePending(...what),
      isMyTurn: this.leases.turns('outbox', TURN_MS),
    });
    this.log.onCommitted(({ kind, message, conversationId }) => {
      const state = this.states.peek(conversationId);
      // What becomes of a message is told without the name of its sender, who may be long gone.
      const senderName = this.users.peekName(message.sender_id) ?? (kind === 'change' ? '' : undefined);
      // Of another state than the message's the sweeper finds out who was in it.
      if (!state || state.ev < message.control_ev || state.ev > message.ev || senderName === undefined)
        return;
      for (const entry of message.outbox ?? [])
        this.publishSoon(this.eventsOf({ message, entry, state, senderName }));
    });
  }

  /** How entries of this type become events. */
  describe(type: string, describe: Describe): void {
    this.descriptions.set(type, describe);
  }

  /** The relay has one store; this one speaks for the others. */
  include(other: OtherOutbox): void {
    this.others.push(other);
  }

  private publishSoon(events: Described): void {
    if (Array.isArray(events)) this.relay.publishSoon(events);
    else
      events.then(
        (them) => this.relay.publishSoon(them),
        // The entry is still there: the sweeper comes for it.
        () => undefined,
      );
  }

  private async takePending(...what: Parameters<OutboxStore['takePending']>): Promise<OutgoingEvent[]> {
    const stored = await this.entries.listPending(...what);
    const events = await Promise.all(stored.map((message) => this.again(message)));
    const more = await Promise.all(this.others.map((other) => other.takePending(...what)));
    return [...events, ...more].flat();
  }

  /** Whoever wrote the message has not come to tell of it. */
  private async again(message: StoredMessage): Promise<OutgoingEvent[]> {
    this.activity.record(message);
    const told = (message.outbox ?? []).filter(({ type }) => type !== PROJECTION);
    const state = told.length > 0 ? await this.stateOf(message) : undefined;
    if (!state) return [];
    const senderName = await this.users.nameOf(message.sender_id);
    const events: OutgoingEvent[][] = [];
    for (const entry of told) events.push(await this.eventsOf({ message, entry, state, senderName }));
    await this.entries.remove(
      told.filter((_entry, index) => events[index]?.length === 0).map(({ id }) => id),
    );
    return events.flat();
  }

  /** The conversation with those in it who were when the message was said: people may have come and gone since. */
  private async stateOf(message: StoredMessage): Promise<ConversationState | undefined> {
    const id = message.conversation_id.toHexString();
    const state = await this.states.atLeast(id, message.control_ev);
    if (!state || state.ev <= (message.evs[0] ?? 0)) return state;
    const controls = await this.messages.listControlsBehind(id, message.seq);
    const changes = controls.map(toControlChange).filter((change) => change !== undefined);
    return { ...state, participants: membersBefore(state, changes) };
  }

  private eventsOf(telling: Telling): Described {
    const events = this.descriptions.get(telling.entry.type)?.(telling) ?? [];
    if (!Array.isArray(events)) return events.then((them) => this.counted(telling.entry, them));
    return this.counted(telling.entry, events);
  }

  private counted({ id }: OutboxEntry, events: OutgoingEvent[]): OutgoingEvent[] {
    if (events.length > 1) this.openParts.set(id, events.length);
    return events;
  }

  private async markPublished(all: string[]): Promise<void> {
    for (const other of this.others) {
      const theirs = all.filter((id) => other.owns(id));
      if (theirs.length > 0) await other.markPublished(theirs);
    }
    const ids = all.filter((id) => !this.others.some((other) => other.owns(id)));
    await this.entries.remove(ids.map((id) => id.split('#')[0] ?? id).filter((id) => this.isComplete(id)));
  }

  private isComplete(entryId: string): boolean {
    const open = (this.openParts.get(entryId) ?? 1) - 1;
    if (open > 0) this.openParts.set(entryId, open);
    else this.openParts.delete(entryId);
    return open <= 0;
  }
}
