import { listMessages, messageCreated, quitConversation } from '@app/contracts';
import { eventually, type Connection } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { DeparturesService } from '../src/departures/departures.service';
import { Senders } from '../src/users/senders';
import { UserDirectory } from '../src/users/user-directory';
import type { ChatService } from './support/chat-service';
import type { Person } from './support/people';
import { say } from './support/stage';
import { useTwoChatServices } from './support/two-chat-services';

const both = useTwoChatServices();

const directory = () => both().one.everybody.directory;
const nameOf = (id: number) => ({ id, name: `user-${id}` });

/** Alice at one instance, with a second device at the other, where bob is, in a group of theirs. */
async function stage() {
  const { one, two, at } = both();
  const [alice, bob] = [await at(one), await at(two)];
  directory().known.add(bob.id);
  const devices = [alice.chat, await alice.device(two.origin), bob.chat];
  const { _id: conversationId } = await alice.group(bob);
  return { alice, bob, devices, conversationId };
}

/** What each of the devices was shown as the sender of the message with this number. */
const shownTo = (devices: Connection[], conversationId: string, seq: number) =>
  Promise.all(
    devices.map(async (device) => {
      const message = await device.receives(
        messageCreated,
        (each) => each.conversation_id === conversationId && each.seq === seq,
      );
      return message.user;
    }),
  );

/** As whom a further message shows its sender. */
const next = async (sender: Person, devices: Connection[], conversationId: string) =>
  shownTo(devices, conversationId, (await say(sender, conversationId)).seq);

const knownAs = ({ id }: Person) =>
  [both().one, both().two].map(({ app }) => app.get(UserDirectory).peekName(id));

const textOf = async ({ stored }: ChatService, userId: number) =>
  JSON.stringify(await stored.find({ sender_id: userId }).toArray());

describe('the sender of a live message', () => {
  it('is shown by name on all instances, with the picture as soon as it is known, and stored nowhere', async () => {
    const { alice, devices, conversationId } = await stage();
    const picture = 'https://files.example.com/alice.png';
    directory().pictures.set(alice.id, picture);
    const sent = await say(alice, conversationId);
    expect(sent).not.toHaveProperty('user');
    for (const user of await shownTo(devices, conversationId, 1))
      expect(user).toMatchObject(nameOf(alice.id));
    // Should an instance have to tell of her without being told: it has learned the name.
    expect(knownAs(alice)).toEqual([`user-${alice.id}`, `user-${alice.id}`]);
    const whole = { ...nameOf(alice.id), avatar_url: picture };
    await eventually(
      () => next(alice, devices, conversationId),
      (users) => expect(users).toEqual([whole, whole, whole]),
    );
    const more = await Promise.all(Array.from({ length: 100 }, () => say(alice, conversationId)));
    await shownTo(devices, conversationId, more.at(-1)!.seq);
    const questions = directory().idsAsked.filter((ids) => ids.includes(alice.id));
    expect(questions.length).toBeLessThanOrEqual(2);

    expect(await textOf(both().one, alice.id)).not.toContain(`user-${alice.id}`);
    const page = await alice.emit(listMessages, { conversationId, limit: 1 });
    expect(page[0]).not.toHaveProperty('user');
  });

  it('is left out when nobody here knows their name', async () => {
    const { alice, bob, devices, conversationId } = await stage();
    await bob.emit(quitConversation, { conversationId });
    expect(await shownTo(devices, conversationId, 1)).toEqual([undefined, undefined, undefined]);
    await say(alice, conversationId);
    expect(await shownTo([alice.chat], conversationId, 2)).toMatchObject([nameOf(alice.id)]);
  });

  it('is left out as soon as their account is gone, on each instance', async () => {
    const { alice, bob, devices, conversationId } = await stage();
    await say(bob, conversationId);
    for (const user of await shownTo(devices, conversationId, 1)) expect(user).toMatchObject(nameOf(bob.id));
    bob.chat.close();
    const departures = both().two.app.get(DeparturesService);
    await eventually(
      () => departures.depart({ userId: bob.id, at: new Date().toISOString() }),
      () => undefined,
    );
    // By his leaving, of which the instance where he never was tells as well.
    expect(await shownTo(devices.slice(0, 2), conversationId, 2)).toEqual([undefined, undefined]);
    both().two.app.get(Senders).learn(nameOf(bob.id));
    expect(knownAs(bob)).toEqual([undefined, undefined]);
    await say(alice, conversationId);
    expect(await shownTo([alice.chat], conversationId, 3)).toMatchObject([nameOf(alice.id)]);
  });

  it('needs nothing of the user service: messages pass without it, and pictures come when it is back', async () => {
    const { alice, devices, conversationId } = await stage();
    const port = await directory().close();
    const { seq } = await say(alice, conversationId);
    for (const user of await shownTo(devices, conversationId, seq)) expect(user).toEqual(nameOf(alice.id));
    await directory().listen(port);
    const whole = { ...nameOf(alice.id), avatar_url: null };
    await eventually(
      () => next(alice, [alice.chat], conversationId),
      (users) => expect(users).toEqual([whole]),
    );
  });
});
