import { editMessage, getEdits, listEdits, listMessages, messageUpdated, patchMessage } from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import { refusalsOf, say, stage } from './support/stage';

const service = useChatService({ MAX_EDITS: '3', EDIT_WINDOW_SECONDS: '3600', MAX_MESSAGE_LENGTH: '40' });

/** Moves a message into the past, as if its sender had waited. */
const age = (clientId: string, seconds: number) =>
  service().stored.updateOne({ clientId }, { $set: { created_at: new Date(Date.now() - seconds * 1_000) } });

describe('an edited message', () => {
  it('keeps what it said before, and shows that to those who see it', async () => {
    const { alice, bob, messageId, message, conversationId } = await stage(service());
    const second = await bob.emit(editMessage, { messageId, content: 'second' });
    const third = await bob.rest.call(patchMessage, {
      params: { id: messageId },
      body: { content: 'third' },
    });
    const before = [
      { content: 'first', at: message.created_at },
      { content: 'second', at: second.edited_at },
    ];
    expect(await alice.emit(listEdits, { messageId })).toEqual(before);
    expect(await alice.rest.call(getEdits, { params: { id: messageId } })).toEqual(before);
    expect(await alice.emit(listMessages, { conversationId })).toEqual([third]);
    expect(third).not.toHaveProperty('edits');
    const heard = await alice.chat.receivesMany(messageUpdated, 2);
    expect(heard.map(({ content }) => content)).toEqual(['second', 'third']);
    expect(heard[1]).toEqual(third);
  });

  it('has nothing to show when it never was', async () => {
    const { bob, messageId } = await stage(service());
    expect(await bob.emit(listEdits, { messageId })).toEqual([]);
  });

  it('is edited once by one command, however often it is sent, also when another one came between', async () => {
    const { bob, messageId } = await stage(service());
    const edit = (content: string, clientId: string) =>
      bob.emit(editMessage, { messageId, content, clientId });
    const one = await edit('second', 'e-1');
    await edit('third', 'e-2');
    const again = await edit('second', 'e-1');
    expect(again).toMatchObject({ content: 'third', ev: one.ev + 1 });
    expect(await bob.emit(listEdits, { messageId })).toHaveLength(2);
  });

  it('stays as it is when it is edited too often', async () => {
    const { bob, messageId } = await stage(service());
    for (const content of ['1', '2', '3']) await bob.emit(editMessage, { messageId, content });
    for (const refused of await refusalsOf(
      bob.emit(editMessage, { messageId, content: '4' }),
      bob.rest.call(patchMessage, { params: { id: messageId }, body: { content: '4' } }),
    )) {
      expect(refused.code).toBe('CONFLICT');
      expect(refused.message).toContain('at most 3 times');
    }
    expect(await bob.emit(listEdits, { messageId })).toHaveLength(3);
  });

  it('may be so for a while only, and a repeat of what was done in time is no refusal', async () => {
    const { bob, conversationId } = await stage(service());
    const clientId = `late-${bob.id}`;
    const { _id: messageId } = await say(bob, conversationId, 'late', { clientId });
    const edited = await bob.emit(editMessage, { messageId, content: 'in time', clientId: 'e-1' });
    await age(clientId, 3_500);
    await bob.emit(editMessage, { messageId, content: 'still in time' });
    await age(clientId, 3_700);
    const refused = await refusalOf(bob.emit(editMessage, { messageId, content: 'too late' }));
    expect(refused.code).toBe('FORBIDDEN');
    expect(refused.message).toContain('within 3600 seconds');
    const repeat = await bob.emit(editMessage, { messageId, content: 'in time', clientId: 'e-1' });
    expect(repeat).toMatchObject({ content: 'still in time', ev: edited.ev + 1 });
  });

  it('is not longer than a message may be; a picture of two units is one character', async () => {
    const { bob, conversationId, messageId } = await stage(service());
    const edit = (content: string) => bob.emit(editMessage, { messageId, content });
    expect(await edit('😀'.repeat(40))).toMatchObject({ content: '😀'.repeat(40) });
    const tooLong = 'x'.repeat(41);
    for (const refused of await refusalsOf(edit(tooLong), say(bob, conversationId, tooLong))) {
      expect(refused).toMatchObject({ code: 'BAD_REQUEST', fields: ['content'] });
      expect(refused.message).toContain('at most 40');
    }
  });

  it('is refused to those who did not say it, and with content that says nothing', async () => {
    const { alice, bob, messageId } = await stage(service());
    const id = messageId;
    expect(await refusalOf(alice.emit(editMessage, { messageId, content: 'mine' }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(
      await refusalOf(alice.rest.call(patchMessage, { params: { id }, body: { content: 'mine' } })),
    ).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    for (const content of ['', ' \n']) {
      const refused = await refusalOf(bob.rest.call(patchMessage, { params: { id }, body: { content } }));
      expect(refused).toMatchObject({ code: 'BAD_REQUEST', fields: ['content'] });
    }
  });
});
