import {
  addMember,
  draftChanged,
  getDrafts,
  listDrafts,
  putDraft,
  quitConversation,
  setDraft,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';

const service = useChatService({ MAX_DRAFTS: '3' });

describe('drafts', () => {
  it('are the same on all devices of their author, and nobody else hears of them', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const phone = await alice.device();
    const first = await alice.emit(setDraft, { conversationId, content: 'Hel', clientId: 'laptop-1' });
    expect(first).toMatchObject({ conversation_id: conversationId, content: 'Hel', reply_to: null, rev: 1 });
    expect(await phone.receives(draftChanged)).toEqual({ ...first, clientId: 'laptop-1' });
    const second = await alice.rest.call(putDraft, {
      params: { id: conversationId },
      body: { content: 'Hello' },
    });
    expect(second.rev).toBe(2);
    await phone.receives(draftChanged, ({ rev }) => rev === 2);
    expect(await alice.emit(listDrafts, {})).toEqual([second]);
    expect(await bob.emit(listDrafts, {})).toEqual([]);
    expect(bob.chat.received(draftChanged)).toEqual([]);
  });

  it('go with an empty text, and what comes later is later all the same', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    await alice.emit(setDraft, { conversationId, content: 'Hello' });
    expect(await alice.emit(setDraft, { conversationId, content: '' })).toMatchObject({
      content: '',
      rev: 2,
    });
    expect(await alice.rest.call(getDrafts)).toEqual([]);
    expect(await alice.emit(setDraft, { conversationId, content: 'H' })).toMatchObject({ rev: 3 });
  });

  it('take the last one of many at once, and all devices agree which that was', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const phone = await alice.device();
    const texts = Array.from({ length: 10 }, (_, n) => String(n));
    await Promise.all(
      texts.map((content, n) => (n % 2 ? phone : alice.chat).emit(setDraft, { conversationId, content })),
    );
    const heard = await phone.receivesMany(draftChanged, 10);
    const last = heard.reduce((one, other) => (other.rev > one.rev ? other : one));
    expect(new Set(heard.map(({ rev }) => rev)).size).toBe(10);
    expect(await alice.emit(listDrafts, {})).toEqual([last]);
  });

  it('come in pages, the latest first, each once', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const groups = await Promise.all([1, 2, 3].map(() => alice.group(bob)));
    for (const { _id: conversationId } of groups)
      await alice.emit(setDraft, { conversationId, content: 'x' });
    const { data: page, page: more } = await alice.chat.ask(listDrafts, { limit: 2 });
    const rest = await alice.emit(listDrafts, { limit: 2, cursor: more?.next ?? '' });
    expect([...page, ...rest].map(({ conversation_id }) => conversation_id)).toEqual(
      groups.map(({ _id }) => _id).reverse(),
    );
    const [dave] = await service().people('dave');
    const extra = await alice.group(dave);
    const tooMany = await refusalOf(alice.emit(setDraft, { conversationId: extra._id, content: 'x' }));
    expect(tooMany).toMatchObject({ code: 'CONFLICT' });
    expect(tooMany.message).toContain('3 drafts');
    await alice.emit(setDraft, { conversationId: groups[0]!._id, content: 'one that is there may change' });
  });

  it('are kept for those who leave, and shown when they are back', async () => {
    const [alice, bob] = await service().people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const draft = await bob.emit(setDraft, { conversationId, content: 'one more thing' });
    await bob.emit(quitConversation, { conversationId });
    expect(await bob.emit(listDrafts, {})).toEqual([]);
    await alice.emit(addMember, { conversationId, userId: bob.id });
    expect(await bob.emit(listDrafts, {})).toEqual([draft]);
  });

  it('are refused where their author is not, and with what no message can be', async () => {
    const [alice, bob, eve] = await service().people('alice', 'bob', 'eve');
    const { _id: conversationId } = await alice.group(bob);
    expect((await refusalOf(eve.emit(setDraft, { conversationId, content: 'x' }))).code).toBe('NOTFOUND');
    const rest = eve.rest.call(putDraft, { params: { id: conversationId }, body: { content: 'x' } });
    expect((await refusalOf(rest)).code).toBe('NOTFOUND');
    const long = await refusalOf(alice.emit(setDraft, { conversationId, content: 'x'.repeat(8_001) }));
    expect(long).toMatchObject({ code: 'BAD_REQUEST', fields: ['content'] });
    const cursor = await refusalOf(alice.emit(listDrafts, { cursor: 'x' }));
    expect(cursor).toMatchObject({ code: 'BAD_REQUEST', fields: ['cursor'] });
    const query = alice.rest.call(getDrafts, { query: { limit: 1_000 } });
    expect(await refusalOf(query)).toMatchObject({ code: 'BAD_REQUEST', fields: ['limit'] });
  });
});
