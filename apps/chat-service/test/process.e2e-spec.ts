import { execFile } from 'node:child_process';
import path from 'node:path';
import { listConversations, messageCreated, sendMessage, serverDraining } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatProcess } from './support/chat-processes';
import { freshDatabase } from './support/chat-service';
import { startMongodb } from './support/mongodb';
import { People } from './support/people';

const MAIN = path.resolve(process.env.DIST ?? 'dist', 'apps/chat-service/src/main.js');

/** The exit code and the last line of a process that does not come up. */
function failedStart(
  settings: Record<string, string>,
): Promise<{ code: unknown; line: { level: number; msg: string } }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN], { env: { ...process.env, ...settings } }, (error, stdout) => {
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      resolve({ code: error?.code ?? 0, line: JSON.parse(last) as { level: number; msg: string } });
    });
  });
}

describe('the process of the chat service ends at once with one line that says why', () => {
  it.each([
    ['a wrong setting', { CHAT_SERVICE_PORT: 'eighty' }, 'CHAT_SERVICE_PORT must be a port number'],
    [
      'two wrong settings',
      { MAX_GROUP_SIZE: '1', LOG_LANES: 'x' },
      'MAX_GROUP_SIZE must be a whole number from 2 to 1000',
    ],
    [
      'a default secret in production',
      { NODE_ENV: 'production', JWT_ACCESS_SECRET: '' },
      'JWT_ACCESS_SECRET has the default value',
    ],
    [
      'any origin in production',
      { NODE_ENV: 'production', JWT_ACCESS_SECRET: 'x'.repeat(32), ALLOWED_ORIGINS: '*' },
      'ALLOWED_ORIGINS',
    ],
  ])('at %s', async (_what, settings, message) => {
    const { code, line } = await failedStart(settings);
    expect({ code, level: line.level }).toEqual({ code: 1, level: 60 });
    expect(line.msg).toContain(message);
  });
});

describe('the process of the chat service, without a broker', () => {
  const everybody = new People();
  let chat: ChatProcess;

  beforeAll(async () => {
    chat = await ChatProcess.start('chat-9', {
      MONGODB_URI: freshDatabase(),
      RABBITMQ_URL: 'amqp://127.0.0.1:1',
      USER_SERVICE_URL: await everybody.directory.listen(),
    });
  });
  afterAll(async () => {
    everybody.leave();
    await chat.stop();
    await everybody.directory.close();
  });

  it('is ready all the same, and says what is missing', async () => {
    const { data } = (await (await fetch(`${chat.origin}/health/ready`)).json()) as {
      data: { checks: object };
    };
    expect(data).toMatchObject({ service: 'chat-service', instance: 'chat-9', status: 'up' });
    expect(data.checks).toMatchObject({ mongodb: 'up', rabbitmq: expect.stringContaining('degraded') });
  });

  it('documents its events and counts its messages', async () => {
    const docs = await (await fetch(`${chat.origin}/ws-docs`)).text();
    expect(docs).toContain('message:send');
    const [alice, bob] = [await everybody.arrive(chat.origin), await everybody.arrive(chat.origin)];
    const { _id: conversationId } = await alice.group(bob);
    const before = await chat.metric('chat_messages_created_total');
    await alice.emit(sendMessage, { conversationId, content: 'one' });
    await bob.chat.receives(messageCreated);
    expect(await chat.metric('chat_messages_created_total')).toBe(before + 1);
    const metrics = await (await fetch(`${chat.origin}/metrics`)).text();
    expect(metrics).not.toContain(conversationId);
    expect(metrics).not.toContain(String(alice.id));
  });

  it('answers what it has accepted before it ends, and ends with 0 at SIGTERM', async () => {
    const [alice, bob] = [await everybody.arrive(chat.origin), await everybody.arrive(chat.origin)];
    const { _id: conversationId } = await alice.group(bob);
    const outcomes = Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        alice.emit(sendMessage, { conversationId, content: `${index}` }).then(({ seq }) => seq),
      ),
    );
    await bob.chat.receives(messageCreated);
    const ended = chat.stop();
    expect(await outcomes).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await bob.chat.receives(serverDraining);
    expect(await ended).toBe(0);
  });
});

it('the process of the chat service ends in time, with 0, although its store has stopped in the middle of its work', async () => {
  const everybody = new People();
  const mongodb = await startMongodb();
  const chat = await ChatProcess.start('chat-8', {
    MONGODB_URI: mongodb.uri,
    RABBITMQ_URL: 'amqp://127.0.0.1:1',
    USER_SERVICE_URL: await everybody.directory.listen(),
  });
  const [alice, bob] = [await everybody.arrive(chat.origin), await everybody.arrive(chat.origin)];
  const { _id: conversationId } = await alice.group(bob);
  mongodb.process.kill('SIGSTOP');
  const asked = Promise.allSettled([
    alice.emit(sendMessage, { conversationId, content: 'now' }),
    ...Array.from({ length: 20 }, () => bob.emit(listConversations, {})),
  ]);
  const startedAt = performance.now();
  expect(await chat.stop()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  everybody.leave();
  await asked;
  mongodb.process.kill('SIGCONT');
  await Promise.all([mongodb.stop(), everybody.directory.close()]);
});
