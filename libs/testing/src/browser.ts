import { createDecipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { certificate } from './certificate';

export interface ReceivedPush {
  headers: IncomingHttpHeaders;
  at: number;
  /** What the service worker of the page would get. */
  payload: { title: string; body: string; data: Record<string, string> };
}

/** What the push service answers with, one after the other; then 201. */
export interface PushAnswer {
  status: number;
  headers?: Record<string, string>;
}

/** A browser that has subscribed to pushes: it alone can read them (RFC 8291). */
export class Browser {
  readonly pushes: ReceivedPush[] = [];
  readonly answers: PushAnswer[] = [];
  /** Requests, those that were refused included. */
  asked = 0;
  private readonly ecdh: ECDH = createECDH('prime256v1');
  private readonly auth = randomBytes(16);

  constructor(readonly endpoint: string) {
    this.ecdh.generateKeys();
  }

  get subscription() {
    const keys = { p256dh: this.ecdh.getPublicKey('base64url'), auth: this.auth.toString('base64url') };
    return { platform: 'web' as const, token: this.endpoint, keys };
  }

  take(headers: IncomingHttpHeaders, body: Buffer): PushAnswer {
    this.asked++;
    const answer = this.answers.shift() ?? { status: 201 };
    if (answer.status === 201)
      this.pushes.push({ headers, at: Date.now(), payload: this.decrypted(body) as ReceivedPush['payload'] });
    return answer;
  }

  /** `aes128gcm` (RFC 8188) of one record. */
  private decrypted(body: Buffer): unknown {
    const salt = body.subarray(0, 16);
    const keyEnd = 21 + body.readUInt8(20);
    const sender = body.subarray(21, keyEnd);
    const both = Buffer.concat([Buffer.from('WebPush: info\0'), this.ecdh.getPublicKey(), sender]);
    const derive = (secret: Buffer, by: Buffer, info: Buffer | string, length: number) =>
      Buffer.from(hkdfSync('sha256', secret, by, info, length));
    const secret = derive(this.ecdh.computeSecret(sender), this.auth, both, 32);
    const key = derive(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
    const nonce = derive(secret, salt, 'Content-Encoding: nonce\0', 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(body.subarray(-16));
    const padded = Buffer.concat([decipher.update(body.subarray(keyEnd, -16)), decipher.final()]);
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString());
  }
}

/** A push service as browsers have one: it takes encrypted payloads over HTTPS and cannot read them. */
export class BrowserPushService {
  private readonly browsers = new Map<string, Browser>();
  private server: Server | undefined;
  private port = 0;

  async start(): Promise<void> {
    this.server = createServer(certificate, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = this.browsers.get(request.url ?? '')?.take(request.headers, Buffer.concat(chunks));
        response.writeHead(answer?.status ?? 404, answer?.headers).end();
      });
    });
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  browser(): Browser {
    const path = `/push/${randomBytes(12).toString('base64url')}`;
    const browser = new Browser(`https://localhost:${this.port}${path}`);
    this.browsers.set(path, browser);
    return browser;
  }
}
