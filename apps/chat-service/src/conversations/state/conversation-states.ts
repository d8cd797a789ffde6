import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { notFound, type SystemDto } from '@app/contracts';
import { Logger } from '@app/platform';
import type { Caller } from '@app/realtime';
import { PROJECTION } from '../../log/message-indexes';
import { MessageLog } from '../../log/message-log';
import { MessageReader } from '../../log/message-reader';
import type { StoredMessage } from '../../log/stored-message';
import { toAppError } from '../../messages/log-errors';
import { ConversationRepository, toState } from '../conversation.repository';
import { verdictOf } from '../policy/policy';
import { situationIn } from '../policy/situation';
import { applyControl } from './apply-control';
import { toControlChange } from './control-change';
import { ConversationProjection } from './conversation-projection';
import type { ControlChange, ConversationState } from './conversation-state';
import { StateCache } from './state-cache';

/** Sees the state right before the change and says what happens: null is nothing; throws to refuse. Pure: it may be called again. */
export type Decision = (state: ConversationState) => SystemDto | null;

export interface Decided {
  state: ConversationState;
  /** Null: there was nothing to do. */
  message: StoredMessage | null;
}

/**
 * Conversations as they are now, in memory, and the only way to change one. The truth is the log: a change is a message in
 * its sequence, and a state is what the changes up to it have made (docs/adr/0017).
 */
@Injectable()
export class ConversationStates {
  private readonly cache = new StateCache();
  private readonly loading = new Map<string, Promise<ConversationState | undefined>>();

  constructor(
    private readonly conversations: ConversationRepository,
    private readonly messages: MessageReader,
    private readonly projection: ConversationProjection,
    private readonly log: MessageLog,
    private readonly logger: Logger,
  ) {
    // In the constructor: those who deliver a change listen later, and find the state that it made.
    log.onCommitted(({ conversationId, message }) => {
      const change = toControlChange(message);
      if (change) this.learn(conversationId, change);
    });
  }

  /** What is in memory; for the path between a commit and its delivery, which must not wait. */
  peek(conversationId: string): ConversationState | undefined {
    return this.cache.get(conversationId.toLowerCase());
  }

  async find(conversationId: string): Promise<ConversationState | undefined> {
    const id = conversationId.toLowerCase();
    const known = this.cache.get(id);
    if (!known) return this.load(id);
    if (this.cache.isOld(id)) void this.refresh(known);
    return known;
  }

  /** The members of each, as far as was projected: what is read at once for many. */
  membersOf(
    conversationIds: readonly string[],
  ): Promise<Map<string, Pick<ConversationState, 'participants' | 'ev'>>> {
    return this.conversations.membersOf(conversationIds);
  }

  /** Reads together what is not in memory of these, for who is about to ask for each. */
  async warm(conversationIds: readonly string[]): Promise<void> {
    const unknown = conversationIds.filter((id) => !this.cache.get(id) && !this.loading.has(id));
    if (unknown.length === 0) return;
    const reading = this.readAll(unknown).finally(() => unknown.forEach((id) => this.loading.delete(id)));
    for (const id of unknown) {
      const one = reading.then((states) => states.get(id));
      // Whoever asks is told; perhaps nobody does.
      one.catch(() => undefined);
      this.loading.set(id, one);
    }
    await reading;
  }

  /** The conversation, if the user is in it; NOTFOUND for all else, so that a guessed id tells nothing. */
  async getFor(userId: number, conversationId: string): Promise<ConversationState> {
    const state = await this.findFor(userId, conversationId);
    if (!state) throw notFound('conversation');
    return state;
  }

  /** The conversation, if the user may see it. */
  async findFor(userId: number, conversationId: string): Promise<ConversationState | undefined> {
    const state = await this.find(conversationId);
    return state && verdictOf('see', situationIn(state, userId, false)) === 'allowed' ? state : undefined;
  }

  /** A state that includes the change `control`, which stands in the log. */
  async atLeast(conversationId: string, control: number): Promise<ConversationState | undefined> {
    const id = conversationId.toLowerCase();
    const known = this.cache.get(id);
    if (known && known.ev >= control) return known;
    const state = known ? await this.replay(known) : await this.load(id);
    // Somebody else's load may have begun before the change.
    return state && state.ev < control ? this.replay(state) : state;
  }

  /** A conversation that was just created. */
  remember(state: ConversationState): ConversationState {
    return this.cache.put(state);
  }

  /** Another instance has written this change, or this one just did. */
  learn(conversationId: string, change: ControlChange): void {
    const known = this.cache.get(conversationId);
    if (!known || known.ev >= change.ev) return;
    if (known.ev === change.previous) this.cache.put(applyControl(known, change));
    else this.cache.drop(conversationId);
  }

  /** Durable, and to be found in lists, when it resolves. `events`: what to tell the bus of it. */
  async change(
    caller: Pick<Caller, 'userId'>,
    conversationId: string,
    clientId: string | undefined,
    decide: Decision,
    events: readonly string[] = [],
  ): Promise<Decided> {
    const written = await this.log
      .control({
        conversationId,
        senderId: caller.userId,
        clientId: clientId ?? randomUUID(),
        outbox: [PROJECTION, ...events],
        decide: async (control) => decide(await this.getAtLeast(conversationId, control)),
      })
      .catch((error: unknown) => {
        throw toAppError(error);
      });
    const message = written?.message ?? null;
    const state = await this.getAtLeast(conversationId, message?.evs[0] ?? 0);
    // Much may have happened since it was done for the first time.
    if (written?.duplicate) return { state: await this.replay(state), message };
    if (message) await this.project(state, message);
    return { state, message };
  }

  /** For a change that is found to be not projected yet. */
  async projectAgain(message: StoredMessage): Promise<void> {
    const state = await this.atLeast(message.conversation_id.toHexString(), message.evs[0] ?? 0);
    if (state) await this.projection.write(state, message);
  }

  private async project(state: ConversationState, message: StoredMessage): Promise<void> {
    try {
      await this.projection.write(state, message);
    } catch (error) {
      this.logger.warn('a changed conversation is projected later', { conversationId: state.id, err: error });
    }
  }

  private async getAtLeast(conversationId: string, control: number): Promise<ConversationState> {
    const state = await this.atLeast(conversationId, control);
    if (!state) throw notFound('conversation');
    return state;
  }

  private load(id: string): Promise<ConversationState | undefined> {
    let loading = this.loading.get(id);
    if (!loading) {
      loading = this.read(id).finally(() => this.loading.delete(id));
      this.loading.set(id, loading);
    }
    return loading;
  }

  private async read(id: string): Promise<ConversationState | undefined> {
    const stored = await this.conversations.findById(id);
    return stored ? this.replay(toState(stored)) : undefined;
  }

  private async readAll(ids: readonly string[]): Promise<Map<string, ConversationState>> {
    const states = (await this.conversations.listByIds(ids)).map(toState);
    const changes = await this.messages.listControlsAfterAll(
      states.map(({ id, ev }) => ({ id, control: ev })),
    );
    return new Map(states.map((state) => [state.id, this.advance(state, changes.get(state.id) ?? [])]));
  }

  /** What the log says beyond this state. */
  private async replay(state: ConversationState): Promise<ConversationState> {
    return this.advance(state, await this.messages.listControlsAfter(state.id, state.ev));
  }

  private advance(state: ConversationState, changes: readonly StoredMessage[]): ConversationState {
    const newest = changes.reduce((before, message) => {
      const change = toControlChange(message);
      return change && change.previous === before.ev ? applyControl(before, change) : before;
    }, state);
    return this.cache.put(newest);
  }

  private async refresh(state: ConversationState): Promise<void> {
    this.cache.touch(state.id);
    await this.replay(state).catch((error: unknown) =>
      this.logger.warn('a conversation is believed for a while longer', {
        conversationId: state.id,
        err: error,
      }),
    );
  }
}
