import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { knownUsers, usersByName } from '@app/contracts';
import { AccessTokens } from '@app/platform';

/** What the chat service asks of the user service, for services with a valid token only. */
export class UserDirectoryServer {
  readonly known = new Set<number>();
  /** Whom it was asked for by name, call by call. */
  readonly namesAsked: string[][] = [];
  /** Whose picture is where. */
  readonly pictures = new Map<number, string>();
  /** Whom it was asked for by id, call by call. */
  readonly idsAsked: number[][] = [];
  /** It takes questions about names and never answers. */
  isMute = false;
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
    return this.origin;
  }

  get origin(): string {
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
    if (request.url === usersByName.path) return this.answerNames(request, response);
    if (request.url !== knownUsers.path) {
      // Nobody's session has ended, and nobody has left.
      response.end(JSON.stringify({ ok: true, data: [], page: { next: null } }));
      return;
    }
    const { ids } = JSON.parse(await text(request)) as { ids: number[] };
    this.idsAsked.push(ids);
    response.end(this.cards(ids));
  }

  private async answerNames(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { usernames } = JSON.parse(await text(request)) as { usernames: string[] };
    this.namesAsked.push(usernames);
    if (this.isMute) return;
    response.end(this.cards(usernames.map((name) => Number(name.toLowerCase().replace(/^user-/, '')))));
  }

  private cards(ids: number[]): string {
    const data = ids
      .filter((id) => this.known.has(id))
      .map((user_id) => ({
        user_id,
        username: `user-${user_id}`,
        full_name: null,
        avatar_url: this.pictures.get(user_id) ?? null,
      }));
    return JSON.stringify({ ok: true, data });
  }
}
