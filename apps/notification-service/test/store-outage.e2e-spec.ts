import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startInfrastructure, type Infrastructure } from '../../../tools/infra/index.mjs';
import { call, messageEvent, originOf, publish, stores, TestService } from './support/notification-app';

describe('a notification store that is away', () => {
  let servers: Awaited<ReturnType<typeof stores>>;
  let own: Infrastructure;
  let service: TestService;
  let app: NestExpressApplication;

  beforeAll(async () => {
    servers = await stores();
    own = await startInfrastructure({
      dataDir: await mkdtemp(path.join(tmpdir(), 'mongo-')),
      only: ['mongodb'],
    });
    service = new TestService({ mongodbUri: own.mongodbUri, rabbitmqUrl: servers.rabbitmqUrl });
    app = await service.start();
  });
  afterAll(async () => {
    await service.close();
    await own.stop();
    await servers.stop();
  });

  it.each([
    { signal: 'SIGKILL', userId: 9 },
    { signal: 'SIGSTOP', userId: 10 },
  ] as const)(
    '($signal) gets every event once it is back, each once',
    async ({ signal, userId }) => {
      const [mongod] = own.processes;
      const send = async (from: number, count: number) => {
        const events = Array.from({ length: count }, (_, i) =>
          messageEvent({ recipientIds: [userId], preview: `${from + i}` }),
        );
        await Promise.all(events.map((event) => publish(app, event)));
      };
      await send(0, 20);
      const sending = send(20, 20);
      mongod?.kill(signal);
      if (signal === 'SIGKILL') await mongod?.exited();
      await sending;
      await send(40, 20);
      await vi.waitFor(async () => expect((await fetch(`${originOf(app)}/health/ready`)).status).toBe(503), {
        timeout: 10_000,
      });
      if (signal === 'SIGKILL') await mongod?.restart();
      else mongod?.kill('SIGCONT');
      await vi.waitFor(
        async () => {
          const { data } = await call(app, userId, 'GET', '/notifications?collapse=false&limit=100');
          const seen = (data as { content: string }[]).map(({ content }) => Number(content));
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
        },
        { timeout: 20_000 },
      );
    },
    60_000,
  );
});
