import { getMe, login, logout, refresh } from '@app/contracts';
import { AccessTokens } from '@app/platform';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { PASSWORD, signedIn } from './support/people';
import { useUserService } from './support/user-service';

const service = useUserService({ REFRESH_TOKEN_TTL: '3600', REFRESH_TOKEN_GRACE: '10' });

const trade = (refreshToken: string) => service().as().call(refresh, { body: { refreshToken } });
const sessionOf = async (accessToken: string) =>
  (await service().app.get(AccessTokens).verify(accessToken)).sessionId;

/** As if `seconds` had passed since the session's token was traded. */
const later = async (accessToken: string, seconds: number) =>
  service().sql(
    'UPDATE tokens SET rotated_at = rotated_at - make_interval(secs => $2) WHERE session_id = $1',
    [await sessionOf(accessToken), seconds],
  );

const expectDead = async (refreshToken: string) =>
  expect(await refusalOf(trade(refreshToken))).toMatchObject({ code: 'AUTH_INVALID', status: 401 });

describe('refresh', () => {
  it('trades a token for new ones in the same session', async () => {
    const first = await signedIn(service());
    const second = await trade(first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(second.user).toEqual(first.user);
    expect(await sessionOf(second.accessToken)).toBe(await sessionOf(first.accessToken));
    const me = await service().as(second.accessToken).call(getMe);
    expect(me).toEqual(first.user);
    expect((await trade(second.refreshToken)).refreshToken).not.toBe(second.refreshToken);
  });

  it('gives twenty at once one successor', async () => {
    const { refreshToken } = await signedIn(service());
    const answers = await Promise.all(Array.from({ length: 20 }, () => trade(refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    await trade(answers[0]?.refreshToken ?? '');
  });

  it('gives the same successor again when the answer was lost', async () => {
    const { refreshToken, accessToken } = await signedIn(service());
    const lost = await trade(refreshToken);
    await later(accessToken, 8);
    expect((await trade(refreshToken)).refreshToken).toBe(lost.refreshToken);
  });

  it('ends the session when a token comes again after the grace period', async () => {
    const { refreshToken, accessToken } = await signedIn(service());
    const { refreshToken: latest } = await trade(refreshToken);
    await later(accessToken, 11);
    await expectDead(refreshToken);
    await expectDead(latest);
    expect((await refusalOf(service().as(accessToken).call(getMe))).code).toBe('AUTH_INVALID');
  });

  it('ends the session when a token comes again whose successor has been used', async () => {
    const { refreshToken } = await signedIn(service());
    const second = await trade(refreshToken);
    const third = await trade(second.refreshToken);
    await expectDead(refreshToken);
    await expectDead(third.refreshToken);
  });

  it('leaves the other sessions of the user alone', async () => {
    const { refreshToken, email } = await signedIn(service());
    const other = await service()
      .as()
      .call(login, { body: { email, password: PASSWORD } });
    const second = await trade(refreshToken);
    await trade(second.refreshToken);
    await expectDead(refreshToken);
    await trade(other.refreshToken);
  });

  it('prolongs the session, and expires it when it is not used', async () => {
    const { refreshToken, accessToken } = await signedIn(service());
    const remaining = async () => {
      const [row] = await service().sql(
        `SELECT extract(epoch FROM expired_at - now())::int AS s FROM tokens WHERE session_id = $1`,
        [await sessionOf(accessToken)],
      );
      return Number(row?.s);
    };
    await service().sql(
      `UPDATE tokens SET expired_at = now() + interval '60 seconds' WHERE session_id = $1`,
      [await sessionOf(accessToken)],
    );
    const second = await trade(refreshToken);
    expect(await remaining()).toBeGreaterThan(3_500);
    await service().sql(`UPDATE tokens SET expired_at = now() - interval '1 second' WHERE session_id = $1`, [
      await sessionOf(accessToken),
    ]);
    await expectDead(second.refreshToken);
  });

  it('is over for a suspended user', async () => {
    const { refreshToken, user } = await signedIn(service());
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [user.user_id]);
    await expectDead(refreshToken);
  });

  it('knows an invented token, an access token and an altered token as none of ours', async () => {
    const { refreshToken, accessToken } = await signedIn(service());
    await expectDead('A'.repeat(86));
    await expectDead(accessToken.slice(0, 500));
    await expectDead(
      `${refreshToken.slice(0, 40)}${refreshToken[40] === 'A' ? 'B' : 'A'}${refreshToken.slice(41)}`,
    );
    await trade(refreshToken);
  });

  it('is not an access token', async () => {
    const { refreshToken } = await signedIn(service());
    expect((await refusalOf(service().as(refreshToken).call(getMe))).code).toBe('AUTH_INVALID');
  });

  it.each([[undefined], [''], [7], [{ $ne: null }]])('refuses %j, naming the field', async (refreshToken) => {
    const answer = await service().as().request('/auth/refresh', { method: 'POST', body: { refreshToken } });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field: 'refreshToken' }] } },
    });
  });
});

describe('logout', () => {
  it('ends the session at once: refresh token and, here, access token', async () => {
    const { refreshToken, accessToken } = await signedIn(service());
    expect(await service().as(accessToken).call(logout)).toEqual({});
    await expectDead(refreshToken);
    expect((await refusalOf(service().as(accessToken).call(getMe))).code).toBe('AUTH_INVALID');
  });

  it('twice is no more than once: the token is dead for this, too', async () => {
    const { accessToken } = await signedIn(service());
    await service().as(accessToken).call(logout);
    expect((await refusalOf(service().as(accessToken).call(logout))).code).toBe('AUTH_INVALID');
  });

  it('needs an access token', async () => {
    expect((await refusalOf(service().as().call(logout))).code).toBe('AUTH_INVALID');
  });
});
