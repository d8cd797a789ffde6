import { logout } from '@app/contracts';
import { AccessTokens } from '@app/platform';
import type { RawAnswer } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, registered, signedIn } from './support/people';
import { useUserService } from './support/user-service';

const LISTED = 'https://app.example.com';
const FOREIGN = ['https://app.example.com.evil.io', 'http://app.example.com', 'null'];

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

const dataOf = ({ body }: RawAnswer) => (body as unknown as { data: Tokens }).data;
const cookieOf = ({ headers }: RawAnswer) => headers.getSetCookie();

describe.each([
  ['development', 'refresh_token', false],
  ['production', '__Host-refresh_token', true],
])('the refresh token as a cookie, in %s', (environment, name, secure) => {
  const service = useUserService({ NODE_ENV: environment, ALLOWED_ORIGINS: LISTED });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}, token?: string) =>
    service().as(token).request(path, { method: 'POST', body, headers });
  const inCookie = (token: string, more: Record<string, string> = {}) =>
    post('/auth/refresh', {}, { cookie: `theme=dark; ${name}=${token}`, ...more });
  /** The token in the one cookie that an answer sets. */
  const handedOver = (answer: RawAnswer): string => {
    const [cookie = '', ...more] = cookieOf(answer);
    expect(more).toEqual([]);
    const [pair = '', ...attributes] = cookie.split('; ');
    expect(attributes.filter((attribute) => !attribute.startsWith('Expires='))).toEqual(
      expect.arrayContaining(['Max-Age=604800', 'Path=/', 'HttpOnly', 'SameSite=Strict']),
    );
    expect(attributes.includes('Secure')).toBe(secure);
    expect(attributes.some((attribute) => attribute.startsWith('Domain'))).toBe(false);
    expect(pair.startsWith(`${name}=`)).toBe(true);
    return pair.slice(name.length + 1);
  };
  const cleared = (answer: RawAnswer) =>
    expect(cookieOf(answer)).toEqual([
      expect.stringMatching(new RegExp(`^${name}=;.*Expires=Thu, 01 Jan 1970`)),
    ]);
  const signInByCookie = async () => {
    const { email } = await registered(service());
    return post('/auth/login', { email, password: PASSWORD, cookie: true });
  };

  it('is set for who asks for it, and then is not in the answer', async () => {
    const answer = await signInByCookie();
    expect(answer.status).toBe(200);
    expect(handedOver(answer)).toMatch(/^[\w-]{86}$/);
    expect(dataOf(answer)).toMatchObject({ refreshToken: '', accessToken: expect.any(String) });
  });

  it('is not set for who does not', async () => {
    const { email } = await registered(service());
    const answer = await post('/auth/login', { email, password: PASSWORD });
    expect(cookieOf(answer)).toEqual([]);
    expect(cookieOf(await post('/auth/refresh', { refreshToken: dataOf(answer).refreshToken }))).toEqual([]);
  });

  it('is traded for the next one, by a listed page or by no page', async () => {
    const first = handedOver(await signInByCookie());
    const second = await inCookie(first, { origin: LISTED });
    expect(second.status).toBe(200);
    expect(dataOf(second).refreshToken).toBe('');
    const third = await inCookie(handedOver(second));
    expect(third.status).toBe(200);
    expect(new Set([first, handedOver(second), handedOver(third)]).size).toBe(3);
  });

  it.each(FOREIGN)('is not traded for a page of %s, and stays alive', async (origin) => {
    const token = handedOver(await signInByCookie());
    const answer = await inCookie(token, { origin });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    expect(cookieOf(answer)).toEqual([]);
    expect((await inCookie(token)).status).toBe(200);
  });

  it('goes when it is dead, and with the logout', async () => {
    const answer = await signInByCookie();
    const token = handedOver(answer);
    const goodbye = await post(
      '/auth/logout',
      undefined,
      { cookie: `${name}=${token}` },
      dataOf(answer).accessToken,
    );
    expect(goodbye.status).toBe(200);
    cleared(goodbye);
    const late = await inCookie(token);
    expect(late.status).toBe(401);
    cleared(late);
  });

  it('gives way to the one in the body, and goes before the one in the header', async () => {
    const token = handedOver(await signInByCookie());
    const [body, header] = [await signedIn(service()), await signedIn(service())];
    const sessionOf = async (accessToken: string) =>
      (await service().app.get(AccessTokens).verify(accessToken)).sessionId;
    const all = { cookie: `${name}=${token}`, authorization: `Bearer ${header.refreshToken}` };
    const byBody = await post('/auth/refresh', { refreshToken: body.refreshToken }, all);
    expect(await sessionOf(dataOf(byBody).accessToken)).toBe(await sessionOf(body.accessToken));
    expect(handedOver(await post('/auth/refresh', undefined, all))).toMatch(/^[\w-]{86}$/);
  });
});

describe('the refresh token as Bearer', () => {
  const service = useUserService();
  const asBearer = (token: string) => service().as(token).request('/auth/refresh', { method: 'POST' });

  it('is traded like one in the body', async () => {
    const { refreshToken } = await signedIn(service());
    const answer = await asBearer(refreshToken);
    expect(answer.status).toBe(200);
    expect(dataOf(answer).refreshToken).toMatch(/^[\w-]{86}$/);
    expect(cookieOf(answer)).toEqual([]);
  });

  it('is not an access token', async () => {
    const { accessToken } = await signedIn(service());
    expect((await asBearer(accessToken)).status).toBe(401);
  });

  it('opens nothing else', async () => {
    const { refreshToken } = await signedIn(service());
    await expect(service().as(refreshToken).call(logout)).rejects.toMatchObject({ code: 'AUTH_INVALID' });
    const answer = await service()
      .as()
      .request('/users/me', { headers: { cookie: `refresh_token=${refreshToken}` } });
    expect(answer.status).toBe(401);
  });
});
