import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { certificate } from '@app/testing';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, messageEvent, publish, stores, TestService } from './support/notification-app';

const SOON = { timeout: 10_000 };
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const bodyOf = async (stream: AsyncIterable<Buffer>) => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
const portOf = (server: Server | Http2SecureServer) => (server.address() as AddressInfo).port;

interface Asked {
  path: string;
  headers: IncomingHttpHeaders | IncomingMessage['headers'];
  body: string;
}
interface Answer {
  status: number;
  body?: object;
}

describe('pushes to phones', () => {
  const google = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const apple = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const asked = { token: [] as Asked[], fcm: [] as Asked[], apns: [] as Asked[] };
  const answers = { fcm: [] as Answer[], apns: [] as Answer[] };
  let fcm: Server;
  let apns: Http2SecureServer;
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let app: NestExpressApplication;
  let me = 0;

  /** What Google's servers do for FCM: hand out tokens for assertions, and take messages for tokens. */
  function startFcm(): Server {
    return createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const heard = { path: request.url ?? '', headers: request.headers, body };
        const isToken = request.url === '/token';
        asked[isToken ? 'token' : 'fcm'].push(heard);
        const answer = isToken
          ? { status: 200, body: { access_token: 'ya29.test', expires_in: 3_600, token_type: 'Bearer' } }
          : (answers.fcm.shift() ?? { status: 200, body: { name: 'projects/chat/messages/1' } });
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer.body ?? {}));
      });
    });
  }

  function startApns(): Http2SecureServer {
    return createSecureServer(certificate).on('stream', (stream, headers) => {
      void bodyOf(stream).then((body) => {
        asked.apns.push({ path: headers[':path'] ?? '', headers, body });
        const { status, body: said } = answers.apns.shift() ?? { status: 200 };
        stream.respond({ ':status': status });
        stream.end(said ? JSON.stringify(said) : '');
      });
    });
  }

  beforeAll(async () => {
    [fcm, apns] = [startFcm(), startApns()];
    for (const server of [fcm, apns]) await once(server.listen(0, '127.0.0.1'), 'listening');
    const folder = await mkdtemp(path.join(tmpdir(), 'push-'));
    const file = async (name: string, content: string) => {
      await writeFile(path.join(folder, name), content);
      return path.join(folder, name);
    };
    const origin = `http://127.0.0.1:${portOf(fcm)}`;
    const account = {
      type: 'service_account',
      project_id: 'chat',
      client_email: 'push@chat.iam.gserviceaccount.com',
      private_key: pem(google.privateKey),
      token_uri: `${origin}/token`,
    };
    servers = await stores();
    service = new TestService(servers, {
      FCM_CREDENTIALS_FILE: await file('fcm.json', JSON.stringify(account)),
      FCM_URL: origin,
      APNS_KEY_FILE: await file('apns.p8', pem(apple.privateKey)),
      APNS_KEY_ID: 'ABC123DEFG',
      APNS_TEAM_ID: 'DEF123GHIJ',
      APNS_TOPIC: 'com.example.chat',
      APNS_URL: `https://localhost:${portOf(apns)}`,
      PUSH_CA_FILE: await file('ca.pem', certificate.cert),
      PUSH_RETRY_MS: 100,
    });
    app = await service.start();
  });
  afterAll(async () => {
    await service.close();
    await servers.stop();
    for (const server of [fcm, apns]) server.close();
    fcm.closeAllConnections();
  });
  beforeEach(() => {
    me++;
    for (const list of [asked.token, asked.fcm, asked.apns, answers.fcm, answers.apns]) list.length = 0;
  });

  const subscribe = async (platform: 'fcm' | 'apns') => {
    const token = randomBytes(32).toString('hex');
    const answer = await call(app, me, 'POST', '/notifications/push-subscriptions', { platform, token });
    expect(answer).toMatchObject({ status: 200, data: { platform, device: null } });
    return token;
  };
  const says = async (preview: string) => {
    const event = messageEvent({ recipientIds: [me], senderName: 'ann', preview });
    await publish(app, event);
    return event.data;
  };
  const devices = async () =>
    (await call(app, me, 'GET', '/notifications/push-subscriptions')).data as object[];

  it('go to FCM, by its HTTP v1, with a token that the key file gets', async () => {
    const token = await subscribe('fcm');
    const { messageId, conversationId } = await says('hello');
    await vi.waitFor(() => expect(asked.fcm).toHaveLength(1), SOON);
    const [{ path: where, headers, body }] = asked.fcm as [Asked];
    expect(where).toBe('/v1/projects/chat/messages:send');
    expect(headers.authorization).toBe('Bearer ya29.test');
    expect(JSON.parse(body)).toMatchObject({
      message: {
        token,
        notification: { title: 'ann in Team A', body: 'hello' },
        data: { notificationId: `${messageId}:${me}`, type: 'message', relatedId: conversationId },
        android: { priority: 'HIGH', ttl: '86400s' },
      },
    });
    const assertion = new URLSearchParams(asked.token[0]?.body).get('assertion') ?? '';
    const { payload } = await jwtVerify(assertion, google.publicKey);
    expect(payload).toMatchObject({
      iss: 'push@chat.iam.gserviceaccount.com',
      scope: 'https://www.googleapis.com/auth/firebase.messaging',
    });
    await says('again');
    await vi.waitFor(() => expect(asked.fcm).toHaveLength(2), SOON);
    expect(asked.token).toHaveLength(1);
  });

  it('go to Apple over HTTP/2, signed by the key of the team', async () => {
    const token = await subscribe('apns');
    const { messageId } = await says('hello');
    await vi.waitFor(() => expect(asked.apns).toHaveLength(1), SOON);
    const [{ path: where, headers, body }] = asked.apns as [Asked];
    expect(where).toBe(`/3/device/${token}`);
    expect(headers).toMatchObject({ 'apns-topic': 'com.example.chat', 'apns-push-type': 'alert' });
    expect(headers['apns-collapse-id']).toMatch(/^[\w-]{32}$/);
    const jwt = String(headers.authorization).replace(/^bearer /, '');
    expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: 'ES256', kid: 'ABC123DEFG' });
    expect((await jwtVerify(jwt, apple.publicKey)).payload).toMatchObject({ iss: 'DEF123GHIJ' });
    expect(JSON.parse(body)).toMatchObject({
      aps: { alert: { title: 'ann in Team A', body: 'hello' } },
      notificationId: `${messageId}:${me}`,
    });
  });

  it.each([
    {
      platform: 'fcm',
      status: 404,
      body: { error: { status: 'NOT_FOUND', details: [{ errorCode: 'UNREGISTERED' }] } },
    },
    { platform: 'apns', status: 410, body: { reason: 'Unregistered' } },
    { platform: 'apns', status: 400, body: { reason: 'BadDeviceToken' } },
  ] as const)('forget a phone that is no more: $platform $status', async ({ platform, status, body }) => {
    await subscribe(platform);
    answers[platform].push({ status, body });
    await says('one');
    await vi.waitFor(async () => expect(await devices()).toEqual([]), SOON);
    const { data } = await call(app, me, 'GET', '/notifications/push-deliveries');
    expect(data).toMatchObject([{ platform, outcome: 'gone', tries: 1 }]);
  });

  it.each(['fcm', 'apns'] as const)('are tried again when %s cannot take them now', async (platform) => {
    await subscribe(platform);
    answers[platform].push({ status: 503, body: { reason: 'ServiceUnavailable' } }, { status: 429 });
    await says('one');
    await vi.waitFor(() => expect(asked[platform]).toHaveLength(3), { timeout: 20_000 });
    await vi.waitFor(async () => {
      const { data } = await call(app, me, 'GET', '/notifications/push-deliveries');
      expect((data as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual([
        'sent',
        'later',
        'later',
      ]);
    }, SOON);
    expect(await devices()).toHaveLength(1);
  });
});
