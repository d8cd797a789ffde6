import {
  addMember,
  deleteMessage,
  demoteModerator,
  editMessage,
  joinByCode,
  joinConversation,
  leaveConversation,
  markConversationRead,
  pinMessage,
  promoteModerator,
  quitConversation,
  react,
  removeMember,
  unpinMessage,
  unreact,
  updateConversation,
} from '@app/contracts';
import type { ConversationModel, KnownMessage } from '../synced/conversation-model';
import type { SyncedClient } from '../synced/synced-client';
import type { Deed } from './history';

const EMOJI = ['👍', '🎉', '❤️', '😂'];
/** People look at what was said last. */
const LOOKED_AT = 30;

export type Dice = readonly [number, number, number];

/** Where somebody stands when they do something. */
export interface Scene {
  me: number;
  client: SyncedClient;
  /** Ids of all people. */
  everybody: readonly number[];
  /** Groups that they have left of their own will, and the codes by which they may come back. */
  left: Map<string, string>;
}

/** What somebody is about to do. */
export interface Intent {
  conversationId: string;
  messageId?: string;
  say: (clientId: string) => Promise<unknown>;
}

/** Whatever there is to do it to, chosen by the dice; undefined when there is nothing. */
type Choice = (scene: Scene, model: ConversationModel, dice: Dice) => Intent | undefined;

/** Picks among what is there; the same die picks the same of the same. */
const pick = <T>(items: readonly T[], die: number): T | undefined => items[Math.floor(die * items.length)];

const talk = (model: ConversationModel) =>
  model.history.filter(({ type, isDeleted }) => type !== 'system' && !isDeleted).slice(-LOOKED_AT);

const toMessage =
  (
    which: (message: KnownMessage, me: number) => boolean,
    say: (
      client: SyncedClient,
      message: KnownMessage,
      clientId: string,
      die: number,
    ) => (id: string) => Promise<unknown>,
  ): Choice =>
  ({ client, me }, model, dice) => {
    const message = pick(
      talk(model).filter((candidate) => which(candidate, me)),
      dice[1],
    );
    return (
      message && {
        conversationId: model.id,
        messageId: message.id,
        say: (clientId) => say(client, message, clientId, dice[2])(model.id),
      }
    );
  };

const toMember =
  (isIn: boolean, command: typeof removeMember | typeof addMember): Choice =>
  ({ client, me, everybody }, model, dice) => {
    const { participants } = model.conversation;
    const userId = pick(
      everybody.filter((id) => id !== me && participants.includes(id) === isIn),
      dice[1],
    );
    const conversationId = model.id;
    return userId === undefined
      ? undefined
      : {
          conversationId,
          say: (clientId) => client.do(conversationId, command, { conversationId, userId, clientId }),
        };
  };

const isOwn = ({ senderId }: KnownMessage, me: number) => senderId === me;
const any = () => true;

export const DEEDS: Record<Deed, Choice> = {
  send: ({ client, me }, { id: conversationId }, dice) => ({
    conversationId,
    say: (clientId) =>
      client.send({
        conversationId,
        clientId,
        content: `${me} says ${clientId} ${'x'.repeat(dice[1] * 200)}`,
      }),
  }),
  edit: toMessage(
    isOwn,
    (client, { id: messageId }, clientId) =>
      (lane) =>
        client.do(lane, editMessage, { messageId, clientId, content: `edited by ${clientId}` }),
  ),
  delete: toMessage(
    isOwn,
    (client, { id: messageId }, clientId) =>
      (lane) =>
        client.do(lane, deleteMessage, { messageId, clientId }),
  ),
  react: toMessage(
    any,
    (client, { id: messageId }, clientId, die) =>
      (lane) =>
        client.do(lane, react, { messageId, clientId, emoji: pick(EMOJI, die) ?? '👍' }),
  ),
  unreact: toMessage(
    ({ reactions }, me) => reactions.some(({ user_ids }) => user_ids.includes(me)),
    (client, { id: messageId, reactions }, clientId, die) =>
      (lane) =>
        client.do(lane, unreact, { messageId, clientId, emoji: pick(reactions, die)?.emoji ?? '👍' }),
  ),
  pin: toMessage(
    any,
    (client, { id: messageId }, clientId) =>
      (lane) =>
        client.do(lane, pinMessage, { messageId, clientId }),
  ),
  unpin: toMessage(
    ({ pinnedBy }) => pinnedBy !== null,
    (client, { id: messageId }, clientId) =>
      (lane) =>
        client.do(lane, unpinMessage, { messageId, clientId }),
  ),
  read: ({ client }, { id: conversationId }) => ({
    conversationId,
    say: () => client.do(conversationId, markConversationRead, { conversationId }),
  }),
  open: ({ client }, { id: conversationId }) => ({
    conversationId,
    say: () => client.do(conversationId, joinConversation, { conversationId }),
  }),
  close: ({ client }, { id: conversationId }) => ({
    conversationId,
    say: () => client.do(conversationId, leaveConversation, { conversationId }),
  }),
  add: toMember(false, addMember),
  remove: toMember(true, removeMember),
  promote: toMember(true, promoteModerator),
  demote: toMember(true, demoteModerator),
  quit: ({ client, left }, { id: conversationId, conversation: { code } }) => ({
    conversationId,
    say: async (clientId) => {
      await client.do(conversationId, quitConversation, { conversationId, clientId });
      if (code !== undefined) left.set(conversationId, code);
    },
  }),
  rejoin: ({ client, left }, _model, dice) => {
    const [conversationId, code] = pick([...left], dice[1]) ?? [];
    if (conversationId === undefined || code === undefined) return undefined;
    left.delete(conversationId);
    return { conversationId, say: (clientId) => client.do(conversationId, joinByCode, { code, clientId }) };
  },
  rename: ({ client }, { id: conversationId }, dice) => ({
    conversationId,
    say: (clientId) =>
      client.do(conversationId, updateConversation, {
        conversationId,
        clientId,
        name: `group ${Math.floor(dice[1] * 1_000)}`,
      }),
  }),
};

const ROW = { least: 2, more: 4 };

/**
 * What somebody in a hurry says in one breath. The first one answers a message, which the service has to look up: what comes
 * behind it would be ready before it.
 */
export function rowOf(model: ConversationModel, dice: Dice): { content: string; replyTo?: string }[] {
  const answered = pick(talk(model), dice[1]);
  return Array.from({ length: ROW.least + Math.floor(dice[2] * ROW.more) }, (_, index) => ({
    content: `in a hurry, ${index}`,
    ...(index === 0 && answered && { replyTo: answered.id }),
  }));
}

/** The conversation that it will be done to. */
export function chooseConversation({ client }: Scene, die: number): ConversationModel | undefined {
  const models = [...client.conversations.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return pick(models, die);
}
