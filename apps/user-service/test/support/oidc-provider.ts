import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FaultyNetwork } from '@app/testing';
import { Provider } from 'oidc-provider';

/** What the provider tells of one of its people. */
export interface Claims {
  email?: string;
  email_verified?: boolean;
  preferred_username?: string;
  name?: string;
}

const CLIENT_ID = 'chat';
const CLIENT_SECRET = 'a secret of the chat at its provider';
const REDIRECT_URI = 'https://app.example.com/oidc/callback';
/** Seconds. */
const LIFETIME = 3_600;
const MOST_REDIRECTS = 10;

/** An OpenID provider on a port of its own, behind a network that can fail. Its people sign in without a password. */
export class TestProvider {
  readonly people = new Map<string, Claims>();

  private constructor(
    private readonly server: Server,
    readonly network: FaultyNetwork,
  ) {}

  static async start(): Promise<TestProvider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const network = await FaultyNetwork.to(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const started = new TestProvider(server, network);
    const answer = started.provider().callback();
    server.on('request', (request, response) => void answer(request, response));
    return started;
  }

  get issuer(): string {
    return this.network.url.replace(/\/$/, '');
  }

  /** Settings of a service whose people sign in here. */
  get settings(): Record<string, string> {
    return {
      OIDC_ISSUER: this.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_REDIRECT_URI: REDIRECT_URI,
      OIDC_NAME: 'Test provider',
    };
  }

  /** What a browser does at `url` when `subject` signs in and agrees: the parameters with which it is sent back. */
  async signIn(url: string, subject: string): Promise<Record<string, string>> {
    return this.visit(url, (prompt) => ({
      prompt,
      ...(prompt === 'login' && { login: subject, password: '-' }),
    }));
  }

  /** The same when they think better of it. */
  async refuse(url: string): Promise<Record<string, string>> {
    return this.visit(url, () => null);
  }

  async close(): Promise<void> {
    await this.network.close();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Follows redirects and fills in forms (null: takes the way out) until it is sent to our address. */
  private async visit(
    start: string,
    fill: (prompt: string) => Record<string, string> | null,
  ): Promise<Record<string, string>> {
    const cookies = new Map<string, string>();
    const open = async (url: string, form?: Record<string, string>) => {
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(name, value);
      }
      return response;
    };
    let url = start;
    let response = await open(url);
    for (let step = 0; step < MOST_REDIRECTS; step += 1) {
      const location = response.headers.get('location');
      if (location?.startsWith(REDIRECT_URI)) return Object.fromEntries(new URL(location).searchParams);
      if (location !== null) {
        url = new URL(location, url).href;
        response = await open(url);
        continue;
      }
      const page = await response.text();
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (prompt === undefined) throw new Error(`${url} answered ${response.status}: ${page.slice(0, 500)}`);
      const form = fill(prompt);
      response = form === null ? await open(`${url}/abort`) : await open(url, form);
    }
    throw new Error(`too many steps at ${url}`);
  }

  private provider(): Provider {
    return new Provider(this.issuer, {
      clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT_URI] }],
      claims: { email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
      features: { devInteractions: { enabled: true } },
      // Given so that it does not say that it has a default.
      ttl: {
        AccessToken: LIFETIME,
        Grant: LIFETIME,
        IdToken: LIFETIME,
        Interaction: LIFETIME,
        Session: LIFETIME,
      },
      pkce: { required: () => true },
      findAccount: (_context, subject) => ({
        accountId: subject,
        claims: () => Promise.resolve({ sub: subject, ...this.people.get(subject) }),
      }),
    });
  }
}
