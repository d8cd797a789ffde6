import { messageDeleted, type ConversationDto, type MessageDto, type SystemDto } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { ConversationModel, type LiveChange } from './conversation-model';

const conversation = {
  _id: 'c',
  participants: [1, 2],
  admin_id: 1,
  moderator_ids: [],
  name: 'a group',
} as unknown as ConversationDto;

const message = (seq: number, ev: number, change: Partial<MessageDto> = {}) =>
  ({
    _id: `m${seq}`,
    conversation_id: 'c',
    seq,
    ev,
    sender_id: 1,
    clientId: `id-${seq}`,
    content: `text ${seq}`,
    type: 'text',
    attachments: [],
    reply_to: null,
    edited_at: null,
    deleted_at: null,
    ...change,
  }) as MessageDto;

const created = (seq: number, ev: number, change?: Partial<MessageDto>): LiveChange => ({
  name: 'message:created',
  data: message(seq, ev, change),
});
const contents = (model: ConversationModel) => model.history.map(({ content }) => content);

describe('a conversation as a client knows it', () => {
  it('takes the next change, drops an old one, and notices that one is missing', () => {
    const model = new ConversationModel(conversation, 0);
    expect(model.apply(created(1, 1))).toBe('next');
    expect(model.apply(created(1, 1, { content: 'again' }))).toBe('known');
    expect(model.apply(created(3, 3))).toBe('gap');
    expect(model.ev).toBe(1);
    expect(contents(model)).toEqual(['text 1']);
    model.takePage(conversation, [message(2, 2), message(3, 3)], 3);
    expect(model.apply(created(4, 4))).toBe('next');
    expect(contents(model)).toEqual(['text 1', 'text 2', 'text 3', 'text 4']);
  });

  it('keeps the later of two states of a message, whichever comes first', () => {
    const model = new ConversationModel(conversation, 0);
    model.apply(created(1, 1));
    model.takePage(conversation, [message(1, 3, { content: 'third' })], 3);
    model.takePage(conversation, [message(1, 2, { content: 'second' })], 2);
    expect(contents(model)).toEqual(['third']);
    expect(model.ev).toBe(3);
  });

  it('keeps what live changes have made of the conversation when an older page comes behind them', () => {
    const model = new ConversationModel(conversation, 0);
    model.apply(created(1, 1));
    const system = { action: 'member-added', userIds: [3] } as SystemDto;
    model.apply(created(2, 2, { type: 'system', system }));
    model.takePage(conversation, [message(1, 1)], 1);
    expect(model.conversation.participants).toEqual([1, 2, 3]);
    model.takePage({ ...conversation, participants: [1] }, [message(3, 3)], 3);
    expect(model.conversation.participants).toEqual([1]);
  });

  it('applies deletions, reactions and pins, and asks for a message that it does not have', () => {
    const model = new ConversationModel(conversation, 0);
    model.apply(created(1, 1));
    const place = { messageId: 'm1', conversationId: 'c' };
    const reactions = [{ emoji: '👍', user_ids: [2] }];
    model.apply({
      name: 'message:reaction',
      data: { ...place, ev: 2, userId: 2, emoji: '👍', added: true, reactions },
    });
    model.apply({ name: 'message:pinned', data: { ...place, ev: 3, pinned: true, by: 2 } });
    expect(model.history[0]).toMatchObject({ ev: 3, reactions, pinnedBy: 2 });
    model.apply({ name: messageDeleted.name, data: { ...place, seq: 1, ev: 4 } } as LiveChange);
    expect(model.history[0]).toMatchObject({
      ev: 4,
      isDeleted: true,
      content: '',
      reactions: [],
      pinnedBy: null,
    });
    const other = { name: 'message:deleted', data: { ...place, messageId: 'm9', seq: 9, ev: 5 } } as const;
    expect(model.apply(other)).toBe('gap');
    expect(model.ev).toBe(4);
  });

  it('follows who is in it, and as what', () => {
    const model = new ConversationModel(conversation, 0);
    const system = (
      seq: number,
      action: 'member-added' | 'member-removed' | 'admin-changed',
      userId: number,
    ) => model.apply(created(seq, seq, { type: 'system', system: { action, userIds: [userId] } }));
    system(1, 'member-added', 3);
    system(2, 'admin-changed', 3);
    system(3, 'member-removed', 2);
    expect(model.conversation).toMatchObject({ participants: [1, 3], admin_id: 3, moderator_ids: [1] });
  });
});
