import { getMe, login, resendVerification, verifyEmail } from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { CONFIRM, NEW_PASSWORD } from './support/mail-server';
import { PASSWORD, registered, signedIn } from './support/people';
import { useUserServiceWithMail } from './support/user-service-with-mail';

const verify = { body: { token: 'A'.repeat(43) } };

describe('an email address', () => {
  const { service, mailbox } = useUserServiceWithMail();
  const confirm = (token: string) => service().as().call(verifyEmail, { body: { token } });
  const expectUseless = async (token: string) =>
    expect(await refusalOf(confirm(token))).toMatchObject({ code: 'BAD_REQUEST', fields: ['token'] });

  it('is confirmed with the token that was mailed to it, once', async () => {
    const { accessToken, user, email } = await signedIn(service());
    expect(user.email_verified).toBe(false);
    const token = await mailbox.tokenTo(email, CONFIRM);
    expect(await confirm(token)).toEqual({});
    expect(await service().as(accessToken).call(getMe)).toMatchObject({ email_verified: true });
    await expectUseless(token);
  });

  it('is confirmed by exactly one of many at once', async () => {
    const { email } = await registered(service());
    const token = await mailbox.tokenTo(email, CONFIRM);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => confirm(token)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is not confirmed by an expired, an altered or an invented token, or one for something else', async () => {
    const { accessToken, user, email } = await signedIn(service());
    const token = await mailbox.tokenTo(email, CONFIRM);
    await expectUseless(verify.body.token);
    await expectUseless(token.replace(/^./, token.startsWith('A') ? 'B' : 'A'));
    await service().as().request('/auth/forgot-password', { method: 'POST', body: { email } });
    await expectUseless(await mailbox.tokenTo(email, NEW_PASSWORD));
    await service().sql(
      `UPDATE mail_tokens SET expires_at = now() - interval '1 second' WHERE user_id = $1`,
      [user.user_id],
    );
    await expectUseless(token);
    expect(await service().as(accessToken).call(getMe)).toMatchObject({ email_verified: false });
  });

  it('is not confirmed by a token that was mailed to another one', async () => {
    const { email, user_id } = await registered(service());
    const token = await mailbox.tokenTo(email, CONFIRM);
    await service().sql('UPDATE users SET email = $2 WHERE user_id = $1', [user_id, `new-${email}`]);
    await expectUseless(token);
  });

  it('gets a new mail on request, three times; then one has to wait', async () => {
    const { accessToken, email } = await signedIn(service());
    const again = () => service().as(accessToken).call(resendVerification);
    for (let mails = 2; mails <= 4; mails += 1) {
      expect(await again()).toEqual({});
      await mailbox.mailTo(email, CONFIRM, mails);
    }
    expect(await refusalOf(again())).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    await confirm(await mailbox.tokenTo(email, CONFIRM, 4));
    await expectUseless(await mailbox.tokenTo(email, CONFIRM, 1));
    expect(await refusalOf(again())).toMatchObject({ code: 'CONFLICT', status: 409 });
  });

  it('gets no mail for somebody who is not signed in', async () => {
    expect((await refusalOf(service().as().call(resendVerification))).code).toBe('AUTH_INVALID');
  });

  it.each([[undefined], [''], [7], [{ $ne: null }], ['x'.repeat(500)]])(
    'refuses the token %j, naming it',
    async (token) => {
      const answer = await service().as().request('/auth/verify-email', { method: 'POST', body: { token } });
      expect(answer).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_REQUEST', details: [{ field: 'token' }] } },
      });
    },
  );
});

describe('with REQUIRE_VERIFIED_EMAIL', () => {
  const { service, mailbox } = useUserServiceWithMail({ REQUIRE_VERIFIED_EMAIL: 'true' });
  const signIn = (email: string, password = PASSWORD) =>
    service().as().call(login, { body: { email, password } });

  it('nobody signs in before; only the right password is told why, and gets a new mail', async () => {
    const { email } = await registered(service());
    expect((await refusalOf(signIn(email, 'wrong horse'))).code).toBe('AUTH_INVALID');
    expect(await refusalOf(signIn(email))).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    const token = await mailbox.tokenTo(email, CONFIRM, 2);
    await service().as().call(verifyEmail, { body: { token } });
    expect((await signIn(email)).user.email_verified).toBe(true);
  });
});
