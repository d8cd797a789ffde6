import {
  countUnread,
  createConversation,
  deleteMessage,
  editMessage,
  getMessages,
  listConversations,
  listDrafts,
  listMessages,
  listPins,
  pinMessage,
  react,
  searchMessages,
  sendMessage,
  setDraft,
  syncConversations,
} from '@app/contracts';
import { eventually, refusalOf, type Connection } from '@app/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChatService } from './support/chat-service';
import { startMongodb, type MongodbServer } from './support/mongodb';
import type { Person } from './support/people';

/** What is promised is five seconds; the machine of the tests may be slow, and twice the promise would be a bug. */
const PATIENCE_MS = 9_000;

let server: MongodbServer;
let service: ChatService;

beforeAll(async () => {
  server = await startMongodb();
  service = await ChatService.start({ MONGODB_URI: server.uri });
});

afterAll(async () => {
  await service.stop();
  await server.stop();
});

interface Asked {
  alice: Person;
  bob: Person;
  conversationId: string;
  messageId: string;
}

/** Cannot be answered without the store. Each on a device of its own: the commands of one wait for each other. */
const QUESTIONS: Record<string, (device: Connection, asked: Asked) => Promise<unknown>> = {
  'message:send': (device, { conversationId }) =>
    device.emit(sendMessage, { conversationId, content: 'more', clientId: 'c-2' }),
  'message:edit': (device, { messageId }) => device.emit(editMessage, { messageId, content: 'other' }),
  'message:delete': (device, { messageId }) => device.emit(deleteMessage, { messageId }),
  'message:react': (device, { messageId }) => device.emit(react, { messageId, emoji: '👍' }),
  'message:pin': (device, { messageId }) => device.emit(pinMessage, { messageId }),
  'message:list': (device, { conversationId }) => device.emit(listMessages, { conversationId }),
  'message:pins': (device, { conversationId }) => device.emit(listPins, { conversationId }),
  'message:search': (device) => device.emit(searchMessages, { query: 'hello' }),
  'message:unread-count': (device) => device.emit(countUnread, {}),
  'conversation:list': (device) => device.emit(listConversations, {}),
  'conversation:create': (device, { bob }) =>
    device.emit(createConversation, { name: 'b', participantIds: [bob.id] }),
  'conversation:sync': (device, { conversationId }) =>
    device.emit(syncConversations, { cursors: [{ conversationId, ev: 0 }] }),
  'draft:set': (device, { conversationId }) => device.emit(setDraft, { conversationId, content: 'to be' }),
  'draft:list': (device) => device.emit(listDrafts, {}),
  'GET messages': (_device, { alice, conversationId }) =>
    alice.rest.call(getMessages, { params: { id: conversationId } }),
};

it.each(['stopped', 'killed'])(
  'while the store is %s, whatever needs it is UNAVAILABLE, soon, and works again afterwards',
  async (how) => {
    const [alice, bob] = await service.people('alice', 'bob');
    const { _id: conversationId } = await alice.group(bob);
    const { _id: messageId } = await alice.emit(sendMessage, { conversationId, content: 'hello' });
    const asked = { alice, bob, conversationId, messageId };
    const questions = await Promise.all(
      Object.entries(QUESTIONS).map(async ([name, ask]) => ({ name, ask, device: await alice.device() })),
    );
    const busy = await alice.device();
    server.process.kill(how === 'stopped' ? 'SIGSTOP' : 'SIGKILL');
    const started = performance.now();
    // Each needs the store, and none is begun before the one before it has its answer.
    const queued = Promise.all(
      Array.from({ length: 5 }, () => refusalOf(busy.emit(listMessages, { conversationId }))),
    );
    const answers = await Promise.all(
      questions.map(async ({ name, ask, device }) => {
        const started = performance.now();
        const { code } = await refusalOf(ask(device, asked));
        return { name, code, isSoon: performance.now() - started < PATIENCE_MS };
      }),
    );
    expect(answers).toEqual(questions.map(({ name }) => ({ name, code: 'UNAVAILABLE', isSoon: true })));
    expect((await queued).map(({ code }) => code)).toEqual(Array(5).fill('UNAVAILABLE'));
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS);
    if (how === 'stopped') server.process.kill('SIGCONT');
    else await server.process.restart();
    await eventually(
      () => alice.emit(listMessages, { conversationId }),
      (list) => expect(list.length).toBeGreaterThan(0),
      30_000,
    );
  },
  90_000,
);
