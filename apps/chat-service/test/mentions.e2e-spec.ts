import { editMessage, listMessages, messageCreated, messageUpdated } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { useChatService } from './support/chat-service';
import type { Person } from './support/people';
import { say, stage } from './support/stage';

const service = useChatService({ MAX_MENTIONS: '5', MENTION_TIMEOUT_MS: '3000' });

const at = ({ id }: Person) => `@user-${id}`;
const directory = () => service().everybody.directory;

describe('a mention', () => {
  it('names members, as everybody hears, and nobody who is not in', async () => {
    const { alice, bob, carol, eve, conversationId } = await stage(service());
    const content = `@USER-${carol.id}, ${at(bob)}. And ${at(eve)}, @nobody and ${at(carol)} again`;
    const sent = await say(alice, conversationId, content);
    expect(sent).toMatchObject({ content, mentions: [carol.id, bob.id] });
    expect(sent).not.toHaveProperty('mention_all');
    expect(await bob.chat.receives(messageCreated, ({ seq }) => seq === 2)).toMatchObject(sent);
    expect((await carol.emit(listMessages, { conversationId }))[0]).toEqual(sent);
  });

  it('names everybody by @all', async () => {
    const { alice, bob, conversationId } = await stage(service());
    const sent = await say(alice, conversationId, `@all, and ${at(bob)}`);
    expect(sent).toMatchObject({ mention_all: true, mentions: [bob.id] });
    expect(await say(alice, conversationId, 'write to me@all.example, or `@all`')).not.toHaveProperty(
      'mention_all',
    );
  });

  it('follows what the message says after an edit', async () => {
    const { alice, bob, carol, conversationId } = await stage(service());
    const { _id: messageId } = await say(alice, conversationId, `${at(bob)} @all`);
    const edited = await alice.emit(editMessage, { messageId, content: `rather ${at(carol)}` });
    expect(edited.mentions).toEqual([carol.id]);
    expect(edited).not.toHaveProperty('mention_all');
    const plain = await alice.emit(editMessage, { messageId, content: 'nobody' });
    expect(plain).not.toHaveProperty('mentions');
    const heard = await bob.chat.receivesMany(messageUpdated, 2);
    expect(heard).toEqual([edited, plain]);
  });

  it('is asked for once, also when there is nobody of that name; a text without one asks for nothing', async () => {
    const { alice, bob, conversationId } = await stage(service());
    const before = directory().namesAsked.length;
    const nobody = `nobody-${alice.id}`;
    for (let n = 0; n < 3; n++) await say(alice, conversationId, `${at(bob)} and @${nobody}`);
    expect(directory().namesAsked.slice(before)).toEqual([[`user-${bob.id}`, nobody]]);
    for (const content of ['no name', 'me@example.com', '`@code`', 'a @ b', '@x'])
      await say(alice, conversationId, content);
    expect(directory().namesAsked).toHaveLength(before + 1);
  });

  it('beyond the limit stays text', async () => {
    const { alice, bob, conversationId } = await stage(service());
    const five = ['a', 'b', 'c', 'd', 'e'].map((letter) => `@${letter.repeat(3)}-${alice.id}`).join(' ');
    const sent = await say(alice, conversationId, `${five} ${at(bob)}`);
    expect(sent).not.toHaveProperty('mentions');
    expect(directory().namesAsked.at(-1)).toHaveLength(5);
  });

  it('stays text while the user service is silent or away, and the message is sent', async () => {
    const { alice, bob, carol, conversationId } = await stage(service());
    directory().isMute = true;
    const asked = directory().namesAsked.length;
    for (const member of [bob, carol]) {
      const sent = await say(alice, conversationId, `${at(member)}, are you there?`);
      expect(sent).not.toHaveProperty('mentions');
    }
    // The second one did not wait for what had just been silent.
    expect(directory().namesAsked).toHaveLength(asked + 1);
    directory().isMute = false;
  });
});
