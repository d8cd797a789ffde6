import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError, type MessageCreatedDto } from '@app/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventPublisher, type IncomingEvent } from '../src/index';
import { Admin, broker, event, startApp, uniqueName } from './support/messaging-app';

const exec = promisify(execFile);
const TOOL = path.join(__dirname, '../../../tools/dlq.mjs');

interface ToolFailure {
  code: number;
  stderr: string;
}

// Each look is a process of its own, which takes a while on a machine that has much to do.
describe('npm run dlq', { timeout: 60_000 }, () => {
  let url: string;
  let stop: () => Promise<void>;
  let admin: Admin;
  let service: string;
  let exchange: string;
  let handle: (event: IncomingEvent<MessageCreatedDto>) => Promise<void>;
  const handled: string[] = [];
  const queue = () => `${service}.message.created`;
  const dead = () => `${queue()}.dlq`;

  beforeAll(async () => {
    ({ url, stop } = await broker());
    admin = await Admin.connect(url);
  });
  afterAll(async () => {
    await admin.close();
    await stop();
  });
  beforeEach(() => {
    handled.length = 0;
    service = uniqueName('s');
    exchange = uniqueName('x');
    handle = () => Promise.reject(new AppError('NOTFOUND', 'the cause'));
    onTestFinished(() => admin.deleteService(service, exchange));
  });

  const run = async (...args: string[]) =>
    (await exec(process.execPath, [TOOL, ...args], { env: { ...process.env, RABBITMQ_URL: url } })).stdout;
  const failure = async (...args: string[]) => {
    const { code, stderr } = await run(...args).then(
      (stdout): ToolFailure => expect.fail(`it did not fail: ${stdout}`),
      (error: unknown) => error as ToolFailure,
    );
    expect(code).toBe(1);
    return stderr;
  };
  const start = async () => {
    const app = await startApp({
      url,
      service,
      exchange,
      handle: async (incoming) => {
        handled.push(incoming.id);
        await handle(incoming);
      },
    });
    onTestFinished(() => app.close());
    await vi.waitFor(async () => expect((await admin.inspect(queue())).consumers).toBe(1), {
      timeout: 10_000,
    });
    await vi.waitFor(() => expect(app.get(EventPublisher).connected).toBe(true), { timeout: 5_000 });
    return app;
  };
  const die = async (app: NestExpressApplication, ...ids: string[]) => {
    for (const [at, id] of ids.entries()) {
      await app.get(EventPublisher).publish(event(id));
      await hasDied(at + 1);
    }
  };
  const hasDied = (count: number) =>
    vi.waitFor(async () => expect((await admin.inspect(dead())).messages).toBe(count), { timeout: 10_000 });
  const idsIn = (shown: string) => [...shown.matchAll(/^message\.created {2}(\S+)$/gm)].map(([, id]) => id);

  it('tells what has died and why, and brings it back once, with all its attempts', async () => {
    const app = await start();
    await die(app, 'doomed');

    const listed = await run('list', '--service', service);
    expect(listed).toMatch(new RegExp(`^${dead()} +1 +\\d+ s +the cause$`, 'm'));
    expect(listed).toContain('1 dead letters in 1 queues');
    const shown = await run('show', queue());
    expect(shown).toContain('because  the cause');
    expect(shown).toMatch(/died {5}\d{4}-\d\d-\d\dT\S+Z, after 1 attempt$/m);
    expect(shown).toContain(`conversationId: ${event('1').data.conversationId}`);
    // What people wrote, such as the preview, which is the id here.
    expect(shown.replace(/^message\.created .*$/m, '')).not.toContain('doomed');
    expect((await admin.inspect(dead())).messages).toBe(1);

    handle = () => Promise.reject(new Error('not yet'));
    expect(await run('redrive', dead())).toBe(`1 brought back to ${queue()}; 0 left in ${dead()}\n`);
    await hasDied(1);
    expect(handled).toHaveLength(1 + 4);
    expect(await run('show', dead())).toMatch(/after 4 attempts, redriven 1 times before$/m);

    handle = () => Promise.resolve();
    await run('redrive', dead());
    await vi.waitFor(() => expect(handled).toHaveLength(6));
    await vi.waitFor(async () => expect(await admin.inspect(queue())).toEqual({ messages: 0, consumers: 1 }));
    expect(await run('list', '--service', service)).toContain('0 dead letters');
    expect(handled).toHaveLength(6);
  });

  it('keeps the order, and takes only what it was asked for', async () => {
    const app = await start();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await die(app, ...ids);
    await app.close();
    expect(idsIn(await run('show', queue(), '--limit', '2'))).toEqual(['a', 'b']);
    expect(idsIn(await run('show', queue()))).toEqual(ids);

    await run('redrive', queue(), '--id', 'c');
    await run('redrive', queue(), '--limit', '2');
    expect(idsIn(await run('show', queue()))).toEqual(['d', 'e']);
    expect(await failure('redrive', queue(), '--id', 'c')).toContain('has the id c');
    const order: string[] = [];
    for (let next = await admin.take(queue()); next; next = await admin.take(queue()))
      order.push((JSON.parse(next.body) as { id: string }).id);
    expect(order).toEqual(['c', 'a', 'b']);
  });

  it('brings back an event that has killed its consumers, and its retries reach the queue again', async () => {
    handle = () => Promise.resolve();
    // As it was declared before there was a delivery limit on it.
    await admin.declare(dead());
    await (await start()).close();
    await admin.put(queue(), JSON.stringify(envelope('killer')));
    // Nobody has handled it: each time the connection of its consumer was gone.
    await vi.waitFor(
      async () => {
        await admin.giveBack(queue());
        expect((await admin.inspect(dead())).messages).toBe(1);
      },
      { timeout: 10_000 },
    );
    expect(await run('show', queue())).toContain('because  its consumers died');

    let failures = 2;
    handle = () => (failures-- > 0 ? Promise.reject(new Error('not yet')) : Promise.resolve());
    await start();
    await run('redrive', queue());
    await vi.waitFor(() => expect(handled).toEqual(['killer', 'killer', 'killer']), { timeout: 5_000 });
    expect((await admin.inspect(dead())).messages).toBe(0);
  });

  it('loses nothing when the queue is gone, and says what to do when something is missing', async () => {
    const app = await start();
    await die(app, 'kept');
    await app.close();
    await admin.deleteQueue(queue());
    expect(await failure('redrive', queue())).toContain(`Start ${service}`);
    expect((await admin.inspect(dead())).messages).toBe(1);

    expect(await failure('show', 'nobody.knows.it')).toContain('npm run dlq -- list');
    expect(await failure('list', '--service', uniqueName('none'))).toContain('no such queues');
    expect(await failure('show')).toContain('--help');
    expect(await failure('show', queue(), '--limit', '0')).toContain('--limit 10');
    url = url.replace(/:\d+(\/.*)?$/, ':1');
    onTestFinished(() => void (url = process.env['RABBITMQ_URL'] ?? url));
    const away = await failure('list');
    expect(away).toContain('127.0.0.1:1 does not let us in: ECONNREFUSED');
    expect(away).toContain('npm run infra');
    expect(await run('--help')).toContain('redrive <queue>');
  });
});

const envelope = (id: string) => {
  const { contract, data, key, traceId, at } = event(id);
  return { id, type: contract.name, v: contract.version, at, key, traceId, data };
};
