import type { NestExpressApplication } from '@nestjs/platform-express';
import { BrowserPushService } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import webPush from 'web-push';
import { call, stores, TestService } from './support/notification-app';

const vapid = webPush.generateVAPIDKeys();

describe('an endpoint that somebody names', () => {
  let servers: Awaited<ReturnType<typeof stores>>;
  let service: TestService;
  let app: NestExpressApplication;

  beforeAll(async () => {
    servers = await stores();
    service = new TestService(servers, {
      VAPID_PUBLIC_KEY: vapid.publicKey,
      VAPID_PRIVATE_KEY: vapid.privateKey,
      VAPID_SUBJECT: 'mailto:people@example.com',
    });
    app = await service.start();
  });
  afterAll(async () => {
    await service.close();
    await servers.stop();
  });

  const { keys } = new BrowserPushService().browser().subscription;
  const named = (body: object) => call(app, 1, 'POST', '/notifications/push-subscriptions', body);
  const REFUSED = { status: 400, error: { code: 'BAD_REQUEST' } };

  it.each([
    'http://push.example.com/abc',
    'ftp://push.example.com/abc',
    'https://localhost/abcdef',
    'https://127.0.0.1/abcdef',
    'https://2130706433/abcdef',
    'https://[::1]/abcdefgh',
    'https://[::ffff:10.0.0.1]/abc',
    'https://169.254.169.254/latest',
    'https://rabbitmq/api/abcdef',
    'https://db.internal/abcdef',
    'https://push.example.com:8443/abc',
    'https://user:secret@push.example.com/abc',
    'no url at all, but long enough',
  ])('%s is refused', async (token) => {
    expect(await named({ platform: 'web', token, keys })).toMatchObject({
      ...REFUSED,
      error: { details: [{ field: 'token' }] },
    });
  });

  it('on the internet is taken; with keys, and of a kind that is switched on', async () => {
    const token = 'https://updates.push.services.example.com/wpush/v2/abc';
    expect(await named({ platform: 'web', token, keys })).toMatchObject({
      status: 200,
      data: { platform: 'web' },
    });
    expect(await named({ platform: 'web', token })).toMatchObject(REFUSED);
    expect(await named({ platform: 'web', token, keys: { ...keys, auth: '$' } })).toMatchObject(REFUSED);
    expect(await named({ platform: 'fcm', token: 'a'.repeat(40) })).toMatchObject(REFUSED);
    expect((await call(app, 1, 'GET', '/notifications/push-setup')).data).toEqual({
      platforms: ['web'],
      vapidPublicKey: vapid.publicKey,
    });
  });
});
