import { randomBytes } from 'node:crypto';
import { eventually, storesOfRun, type Connection } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rooms } from '../src/index';
import { LocalBus } from './support/local-bus';
import { RealtimeApp } from './support/realtime-app';
import { said } from './support/test-namespace';

const texts = (connection: Connection) => connection.received(said).map(({ text }) => text);
const is = (expected: string) => (payload: { text: string }) => payload.text === expected;

describe('two instances on one broker', () => {
  let one: RealtimeApp;
  let two: RealtimeApp;
  /** Alice has a device on each, bob and carol have one. */
  let aliceOnOne: Connection, aliceOnTwo: Connection, bobOnTwo: Connection, carolOnOne: Connection;
  const [alice, bob, carol, nobody] = [1, 2, 3, 4];

  beforeAll(async () => {
    const cluster = { url: storesOfRun().RABBITMQ_URL, service: `rt-${randomBytes(4).toString('hex')}` };
    [one, two] = await Promise.all([
      RealtimeApp.start({ instance: 'rt-1', cluster }),
      RealtimeApp.start({ instance: 'rt-2', cluster }),
    ]);
    [aliceOnOne, aliceOnTwo, bobOnTwo, carolOnOne] = await Promise.all([
      one.connect(alice),
      two.connect(alice),
      two.connect(bob),
      one.connect(carol),
    ]);
    await eventually(
      () => Promise.all([one.broadcaster.online([bob]), two.broadcaster.online([carol])]),
      (online) => expect(online).toEqual([[bob], [carol]]),
    );
  });
  afterAll(() => Promise.all([one, two].map((app) => app.close())));

  it('bring an event to each socket of a room once, wherever it is', async () => {
    one.broadcaster
      .to(rooms.user(alice), rooms.session('session-1'), rooms.user(bob))
      .emit(said, { text: 'all' });
    one.broadcaster
      .to(rooms.user(alice), rooms.user(bob))
      .except(rooms.user(alice))
      .emit(said, { text: 'not alice' });
    one.broadcaster.to(rooms.user(alice)).local.emit(said, { text: 'here only' });
    one.broadcaster.to(rooms.user(alice), rooms.user(bob)).emit(said, { text: 'end' });
    for (const socket of [aliceOnOne, aliceOnTwo, bobOnTwo]) await socket.receives(said, is('end'));
    expect(texts(aliceOnOne).sort()).toEqual(['all', 'end', 'here only']);
    expect(texts(aliceOnTwo)).toEqual(['all', 'end']);
    expect(texts(bobOnTwo)).toEqual(['all', 'not alice', 'end']);
    expect(texts(carolOnOne)).toEqual([]);
  });

  it('keep the order of what one of them says', async () => {
    const numbers = Array.from({ length: 500 }, (_, index) => `n${index}`);
    for (const text of numbers) one.broadcaster.to(rooms.user(bob)).emit(said, { text });
    await bobOnTwo.receives(said, is('n499'));
    expect(texts(bobOnTwo).filter((text) => text.startsWith('n') && text !== 'not alice')).toEqual(numbers);
  });

  it('know who is connected to either, each user once, in the order asked', async () => {
    const asked = [nobody, carol, bob, alice];
    expect(await one.broadcaster.online(asked)).toEqual([carol, bob, alice]);
    expect(await two.broadcaster.online(asked)).toEqual([carol, bob, alice]);
    expect([one.broadcaster.hasLocal(bob), two.broadcaster.hasLocal(bob)]).toEqual([false, true]);
  });

  it('tell each other what no socket hears, and not themselves', async () => {
    const heard: string[] = [];
    one.broadcaster.onPeer<{ text: string }>('gossip', ({ text }) => heard.push(`one: ${text}`));
    two.broadcaster.onPeer<{ text: string }>('gossip', ({ text }) => heard.push(`two: ${text}`));
    one.broadcaster.tellPeers('gossip', { text: 'a' });
    one.broadcaster.tellPeers('gossip', { text: 'b' });
    two.broadcaster.tellPeers('gossip', { text: 'c' });
    await eventually(
      () => Promise.resolve(heard),
      (list) => expect(list).toHaveLength(3),
    );
    expect([...heard].sort()).toEqual(['one: c', 'two: a', 'two: b']);
    expect(heard.indexOf('two: a')).toBeLessThan(heard.indexOf('two: b'));
  });

  it('disconnect the sockets of a session on the other', async () => {
    const leaving = await two.connect(9);
    const gone = new Promise((resolve) => leaving.socket.once('disconnect', resolve));
    one.namespace.in(rooms.session('session-9')).disconnectSockets(true);
    expect(await gone).toBe('io server disconnect');
    await eventually(
      () => one.broadcaster.online([9, bob]),
      (online) => expect(online).toEqual([bob]),
    );
  });
});

describe('an instance that is alone', () => {
  const apps: RealtimeApp[] = [];
  const start = async (instance: string, bus: LocalBus) => {
    const channel = bus.join();
    const app = await RealtimeApp.start({ instance, channel });
    apps.push(app);
    return { app, channel };
  };
  afterAll(() => Promise.all(apps.map((app) => app.close())));

  it('says nothing to nobody, and learns of a late one at once', async () => {
    const bus = new LocalBus();
    const { app: first } = await start('first', bus);
    let said = 0;
    const mentions = () => bus.sent.filter((message) => message.includes('anybody')).length;
    const tell = () => {
      const before = mentions();
      first.broadcaster.tellPeers('anybody', { number: ++said });
      return Promise.resolve(mentions() - before);
    };
    expect(await tell()).toBe(1);
    await eventually(tell, (published) => expect(published).toBe(0));
    const { app: late } = await start('late', bus);
    await late.connect(5);
    expect(await first.broadcaster.online([5])).toEqual([5]);
    expect(await tell()).toBe(1);
  });

  it('answers for itself when another has fallen silent', async () => {
    const bus = new LocalBus();
    const [{ app: alive }, { app: silent, channel }] = [
      await start('alive', bus),
      await start('silent', bus),
    ];
    await Promise.all([alive.connect(1), silent.connect(2)]);
    expect(await alive.broadcaster.online([1, 2])).toEqual([1, 2]);
    channel.cut();
    expect(await alive.broadcaster.online([1, 2])).toEqual([1]);
  });

  it('uses the bus for its own namespace only, and keeps tokens off it', async () => {
    const bus = new LocalBus();
    const [{ app: asks }, { app: answers }] = [await start('asks', bus), await start('answers', bus)];
    expect(bus.subscriptions).toBe(2);
    const token = answers.token(7);
    await answers.open({ auth: { token }, extraHeaders: { cookie: 'private=1' } });
    expect(await asks.broadcaster.online([7])).toEqual([7]);
    const all = bus.sent.join('\n');
    expect(all).toContain('user-7');
    expect(all).not.toContain(token);
    expect(all).not.toContain('private=1');
  });
});
