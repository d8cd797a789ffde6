import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { knownUsers } from '@app/contracts';
import { AccessTokens } from '@app/platform';

/** What the chat service asks of the user service, for services with a valid token only. */
export class UserDirectoryServer {
  readonly known = new Set<number>();
  private readonly tokens: AccessTokens;
  // Who has gone while asking needs no answer.
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch(() => response.destroy());
  });

  constructor(secret: string) {
    this.tokens = AccessTokens.withSecret(secret);
  }

  /** Its origin. */
  async listen(port = 0): Promise<string> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** As when the user service is down; `listen` on the same port brings it back. */
  async close(): Promise<number> {
    const { port } = this.server.address() as AddressInfo;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
    return port;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('content-type', 'application/json');
    try {
      await this.tokens.verifyService(request.headers.authorization, 'user-service');
    } catch {
      response.writeHead(401).end('{}');
      return;
    }
    if (request.url !== knownUsers.path) {
      // Nobody's session has ended, and nobody has left.
      response.end(JSON.stringify({ ok: true, data: [], page: { next: null } }));
      return;
    }
    const { ids } = JSON.parse(await text(request)) as { ids: number[] };
    const users = ids.filter((id) => this.known.has(id));
    const data = users.map((user_id) => ({
      user_id,
      username: `user-${user_id}`,
      full_name: null,
      avatar_url: null,
    }));
    response.end(JSON.stringify({ ok: true, data }));
  }
}
