import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { eventually } from '@app/testing';
import { SECRET } from './people';

const MAIN = path.resolve(process.env.DIST ?? 'dist', 'apps/chat-service/src/main.js');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** One instance of the built chat service, in a process of its own. */
export class ChatProcess {
  private constructor(
    readonly origin: string,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves when it is ready to serve. */
  static async start(name: string, settings: Record<string, string>): Promise<ChatProcess> {
    const port = await freePort();
    const env = {
      ...process.env,
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      JWT_ACCESS_SECRET: SECRET,
      INSTANCE_ID: name,
      CHAT_SERVICE_PORT: String(port),
      ...settings,
    };
    const chat = new ChatProcess(
      `http://127.0.0.1:${port}`,
      spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    const ready = () =>
      fetch(`${chat.origin}/health/ready`).then(
        ({ status }) => status,
        () => 0,
      );
    await eventually(
      ready,
      (status) => {
        if (chat.child.exitCode !== null) throw new Error(`${name} ended; is ${MAIN} built?`);
        if (status !== 200) throw new Error(`${name} is not ready: ${status}`);
      },
      30_000,
    );
    return chat;
  }

  /** The value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.origin}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** Ends it in good order; its exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    return this.child.exitCode;
  }
}
