import {
  changePassword,
  deleteMe,
  forgotPassword,
  getMe,
  login,
  refresh,
  register,
  resetPassword,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { CHANGED, CONFIRM, NEW_PASSWORD } from './support/mail-server';
import { PASSWORD, registered, signedIn, someone } from './support/people';
import { useUserServiceWithMail } from './support/user-service-with-mail';

const BETTER = 'a better horse battery';

const { service, mailbox } = useUserServiceWithMail({ MAIL_ACCOUNT_TRIES: '4' });

const signIn = (email: string, password: string) => service().as().call(login, { body: { email, password } });
const forgot = (email: string) => service().as().call(forgotPassword, { body: { email } });
const reset = (token: string, password = BETTER) =>
  service().as().call(resetPassword, { body: { token, password } });
const change = (accessToken: string, currentPassword = PASSWORD, newPassword = BETTER) =>
  service().as(accessToken).call(changePassword, { body: { currentPassword, newPassword } });
const expectDead = async (accessToken: string, refreshToken: string) => {
  expect((await refusalOf(service().as(accessToken).call(getMe))).code).toBe('AUTH_INVALID');
  const traded = service().as().call(refresh, { body: { refreshToken } });
  expect((await refusalOf(traded)).code).toBe('AUTH_INVALID');
};

describe('a forgotten password', () => {
  it('is replaced with the token that was mailed; all sessions end, and a mail tells of it', async () => {
    const { email, accessToken, refreshToken } = await signedIn(service());
    expect(await forgot(email.toUpperCase())).toEqual({});
    const token = await mailbox.tokenTo(email, NEW_PASSWORD);
    expect(await reset(token)).toEqual({});
    await expectDead(accessToken, refreshToken);
    expect((await refusalOf(signIn(email, PASSWORD))).code).toBe('AUTH_INVALID');
    // Who has read that mail has confirmed the address, too.
    expect((await signIn(email, BETTER)).user.email_verified).toBe(true);
    await mailbox.mailTo(email, CHANGED);
  });

  it('is answered alike for an address that nobody has, which gets no mail', async () => {
    const nobody = someone().email;
    const { email } = await registered(service());
    const answers = await Promise.all(
      [email, nobody].map((address) =>
        service()
          .as()
          .request('/auth/forgot-password', { method: 'POST', body: { email: address } }),
      ),
    );
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 200, body: { ok: true, data: {} } });
    await mailbox.mailTo(email, NEW_PASSWORD);
    expect(await service().sql('SELECT 1 FROM mails WHERE user_id IS NULL')).toEqual([]);
    expect(mailbox.mails.filter(({ recipients }) => recipients.includes(nobody))).toEqual([]);
  });

  it('sends nobody more than a few mails, and does not say so', async () => {
    const { email } = await registered(service());
    for (let time = 0; time < 8; time += 1) expect(await forgot(email)).toEqual({});
    await mailbox.mailTo(email, NEW_PASSWORD, 4);
    expect(await service().sql('SELECT 1 FROM mails WHERE kind = $1', ['reset-password'])).toEqual([]);
    expect(
      mailbox.mails.filter((mail) => mail.recipients[0] === email && NEW_PASSWORD.test(mail.subject ?? '')),
    ).toHaveLength(4);
  });

  it('is replaced by exactly one of many at once, and by no token of before', async () => {
    const { email } = await registered(service());
    await forgot(email);
    const older = await mailbox.tokenTo(email, NEW_PASSWORD, 1);
    await forgot(email);
    const newer = await mailbox.tokenTo(email, NEW_PASSWORD, 2);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, (_, i) => reset(newer, `${BETTER} ${i}`)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const token of [newer, older]) {
      expect(await refusalOf(reset(token))).toMatchObject({ code: 'BAD_REQUEST', fields: ['token'] });
    }
  });

  it('is not replaced by an expired token, one of a suspended account, or one for something else', async () => {
    const { email, user_id } = await registered(service());
    await forgot(email);
    const token = await mailbox.tokenTo(email, NEW_PASSWORD);
    const useless = async (wrong: string) =>
      expect(await refusalOf(reset(wrong))).toMatchObject({ code: 'BAD_REQUEST', fields: ['token'] });
    await useless(await mailbox.tokenTo(email, CONFIRM));
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [user_id]);
    await useless(token);
    await service().sql(`UPDATE users SET status = 'active' WHERE user_id = $1`, [user_id]);
    await service().sql(`UPDATE mail_tokens SET expires_at = now() WHERE user_id = $1`, [user_id]);
    await useless(token);
    await signIn(email, PASSWORD);
  });

  it.each([
    ['short', 'password'],
    ['password123', 'password'],
  ])('is not replaced by %s; the token is still good', async (poor, field) => {
    const { email } = await registered(service());
    await forgot(email);
    const token = await mailbox.tokenTo(email, NEW_PASSWORD);
    expect(await refusalOf(reset(token, poor))).toMatchObject({ code: 'BAD_REQUEST', fields: [field] });
    expect(await refusalOf(reset(token, email))).toMatchObject({ code: 'BAD_REQUEST', fields: [field] });
    await reset(token);
  });
});

describe('a changed password', () => {
  it('ends all other sessions, voids mailed tokens, and a mail tells of it', async () => {
    const here = await signedIn(service());
    const there = await signIn(here.email, PASSWORD);
    await forgot(here.email);
    const token = await mailbox.tokenTo(here.email, NEW_PASSWORD);
    expect(await change(here.accessToken)).toEqual({});
    await expectDead(there.accessToken, there.refreshToken);
    expect((await service().as(here.accessToken).call(getMe)).email).toBe(here.email);
    await service()
      .as()
      .call(refresh, { body: { refreshToken: here.refreshToken } });
    expect((await refusalOf(signIn(here.email, PASSWORD))).code).toBe('AUTH_INVALID');
    await signIn(here.email, BETTER);
    expect((await refusalOf(reset(token, `${BETTER} 2`))).fields).toEqual(['token']);
    await mailbox.mailTo(here.email, CHANGED);
  });

  it('needs the current one, and lets a thief of the session guess a few times only', async () => {
    const { accessToken, email } = await signedIn(service());
    for (let time = 0; time < 7; time += 1) {
      expect(await refusalOf(change(accessToken, `wrong horse ${time}`))).toMatchObject({
        code: 'BAD_REQUEST',
        fields: ['currentPassword'],
      });
    }
    expect(await refusalOf(change(accessToken))).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    const elsewhere = await signIn(email, PASSWORD);
    await change(elsewhere.accessToken);
  });

  it.each([
    ['a short one', 'short'],
    ['a long one', 'x'.repeat(129)],
    ['a common one', 'QwertyUiop'],
  ])('is not %s', async (_name, poor) => {
    const { accessToken } = await signedIn(service());
    const refusal = await refusalOf(change(accessToken, PASSWORD, poor));
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['newPassword'] });
  });

  it('is not one’s own username or email', async () => {
    const { accessToken, username, email } = await signedIn(service());
    for (const own of [username.toUpperCase(), email]) {
      const refusal = await refusalOf(change(accessToken, PASSWORD, own));
      expect(refusal).toMatchObject({ code: 'BAD_REQUEST', fields: ['newPassword'] });
    }
  });

  it('lets no session slip through that is opened in the same moment', async () => {
    const { accessToken, email } = await signedIn(service());
    const opened = Promise.allSettled(Array.from({ length: 6 }, () => signIn(email, PASSWORD)));
    await change(accessToken);
    for (const outcome of await opened) {
      if (outcome.status === 'rejected') continue;
      await expectDead(outcome.value.accessToken, outcome.value.refreshToken);
    }
  });

  it.each(['user_id', 'role', 'status', 'email_verified', 'password_version'])(
    'changes nothing else: %s is refused',
    async (field) => {
      const { accessToken } = await signedIn(service());
      const body = { currentPassword: PASSWORD, newPassword: BETTER, [field]: 1 };
      const answer = await service()
        .as(accessToken)
        .request('/users/change-password', { method: 'POST', body });
      expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field }] } } });
    },
  );

  it('needs an access token', async () => {
    const answer = service()
      .as()
      .call(changePassword, { body: { currentPassword: PASSWORD, newPassword: BETTER } });
    expect((await refusalOf(answer)).code).toBe('AUTH_INVALID');
  });
});

describe('any characters', () => {
  it.each([
    ['accents, composed or not', 'Zoë naïve café', 'Zoë naïve café'],
    ['a ligature', 'oﬃce horse', 'office horse'],
    ['emoji', '🐎🔋📎🐴🐎🔋📎🐴', '🐎🔋📎🐴🐎🔋📎🐴'],
    ['spaces around', '  eight  ', '  eight  '],
  ])('%s are the same password, however they were typed', async (_name, chosen, typed) => {
    const form = { ...someone(), password: chosen, confirmPassword: typed };
    await service().as().call(register, { body: form });
    await signIn(form.email, typed);
    const { accessToken } = await signIn(form.email, chosen.normalize('NFD'));
    await change(accessToken, typed.normalize('NFD'));
  });

  it.each([
    ['seven emoji', '🐎🔋📎🐴🐎🔋📎', 400],
    ['128 emoji', '🐎'.repeat(128), 201],
    ['129 emoji', '🐎'.repeat(129), 400],
  ])('count by what people see: %s', async (_name, password, status) => {
    const body = { ...someone(), password };
    expect((await service().as().request('/auth/register', { method: 'POST', body })).status).toBe(status);
  });
});

it('the password that ends an account counts however the keyboard put its letters together', async () => {
  const form = { ...someone(), password: 'cafe\u0301 au lait noir' };
  await service().as().call(register, { body: form });
  const { accessToken } = await signIn(form.email, form.password);
  const ended = service()
    .as(accessToken)
    .call(deleteMe, { body: { password: form.password } });
  expect(await ended).toEqual({});
});
