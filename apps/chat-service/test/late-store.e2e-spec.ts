import { Logger } from '@nestjs/common';
import { createConversation, sendMessage } from '@app/contracts';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { ChatService } from './support/chat-service';
import { startMongodb, type MongodbServer } from './support/mongodb';

let server: MongodbServer;

beforeAll(async () => {
  server = await startMongodb();
});

afterEach(() => vi.restoreAllMocks());

afterAll(() => server.stop());

it.each(['is not there yet', 'does not answer yet'])(
  'a service that starts while its store %s waits for it',
  async (how) => {
    const isKilled = how === 'is not there yet';
    server.process.kill(isKilled ? 'SIGKILL' : 'SIGSTOP');
    if (isKilled) await server.process.exited();
    const warn = vi.spyOn(Logger, 'warn').mockReturnValue();
    const starting = ChatService.start({ MONGODB_URI: server.uri });
    await vi.waitUntil(() => warn.mock.calls.length > 0, { timeout: 10_000 });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('a store does not answer'), 'Start');

    if (isKilled) await server.process.restart();
    else server.process.kill('SIGCONT');
    const service = await starting;
    const [alice, bob] = await service.people('alice', 'bob');
    const { _id } = await alice.emit(createConversation, { name: 'late', participantIds: [bob.id] });
    const sent = await alice.emit(sendMessage, { conversationId: _id, content: 'at last' });
    expect(sent).toMatchObject({ content: 'at last' });
    await service.stop();
  },
);
