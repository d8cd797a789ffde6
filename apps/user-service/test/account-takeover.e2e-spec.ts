import {
  enableSecondFactor,
  finishOidcLink,
  forgotPassword,
  getSecondFactor,
  listOidcIdentities,
  login,
  resetPassword,
  setupSecondFactor,
  startOidcLink,
  type SessionDto,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { NEW_PASSWORD } from './support/mail-server';
import { confirmed, person, signInAt, useOidc } from './support/oidc-people';
import { PASSWORD, signedIn, type Person } from './support/people';
import { codeOf, withSecondFactor } from './support/second-factor';

const { provider, service, mailbox } = useOidc();

const OWNERS = 'what the owner of the address chose';

const as = ({ accessToken }: { accessToken: string }) => service().as(accessToken);

const begin = (caller: Person) => as(caller).call(startOidcLink, { body: { password: PASSWORD } });

const identitiesOf = (caller: { accessToken: string }) => as(caller).call(listOidcIdentities);

/** By whoever reads the mails to that address. */
async function takeBack({ email }: Person, code?: string): Promise<SessionDto> {
  await service().as().call(forgotPassword, { body: { email } });
  const token = await mailbox.tokenTo(email, NEW_PASSWORD);
  await service()
    .as()
    .call(resetPassword, { body: { token, password: OWNERS } });
  return service()
    .as()
    .call(login, { body: { email, password: OWNERS, code } });
}

/** As it was stored before links asked for a confirmed address. */
const implant = ({ user }: Person, subject: string) =>
  service().sql('INSERT INTO oidc_identities (issuer, subject, user_id) VALUES ($1, $2, $3)', [
    provider().issuer,
    subject,
    user.user_id,
  ]);

describe('somebody who registers with the address of another one', () => {
  it('loses the identities they have linked when the owner of the address resets the password', async () => {
    const mallory = await signedIn(service());
    const { subject } = person(provider(), { email_verified: false });
    await implant(mallory, subject);
    const owner = await takeBack(mallory);
    expect(owner.user.user_id).toBe(mallory.user.user_id);
    expect(await identitiesOf(owner)).toEqual([]);
    expect((await refusalOf(signInAt(service(), provider(), subject))).code).toBe('FORBIDDEN');
  });

  it('loses the links that are under way', async () => {
    const mallory = await confirmed(service(), signedIn(service()));
    await begin(mallory);
    const { user_id } = mallory.user;
    await service().sql('UPDATE users SET email_verified_at = NULL WHERE user_id = $1', [user_id]);
    await takeBack(mallory);
    expect(await service().sql('SELECT 1 FROM oidc_flows WHERE user_id = $1', [user_id])).toEqual([]);
  });

  it('loses their authenticator app and recovery codes, also those that do not count yet', async () => {
    const mallory = await withSecondFactor(service());
    const owner = await takeBack(mallory);
    expect(await as(owner).call(getSecondFactor)).toEqual({ enabled: false, recoveryCodesLeft: 0 });

    const proposer = await signedIn(service());
    const { secret } = await as(proposer).call(setupSecondFactor, { body: { password: PASSWORD } });
    const late = as(await takeBack(proposer)).call(enableSecondFactor, { body: { code: codeOf(secret) } });
    expect((await refusalOf(late)).code).toBe('CONFLICT');
  });

  it('cannot link an identity before the address is confirmed', async () => {
    const mallory = await signedIn(service());
    expect(await refusalOf(begin(mallory))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/confirm your email address/),
    });

    const { user_id } = mallory.user;
    const { subject } = person(provider());
    await service().sql('UPDATE users SET email_verified_at = now() WHERE user_id = $1', [user_id]);
    const { url, state, browserKey } = await begin(mallory);
    await service().sql('UPDATE users SET email_verified_at = NULL WHERE user_id = $1', [user_id]);
    const body = { ...(await provider().signIn(url, subject)), state, browserKey };
    expect((await refusalOf(as(mallory).call(finishOidcLink, { body }))).code).toBe('CONFLICT');
    expect(await identitiesOf(mallory)).toEqual([]);
  });
});

describe('the owner of a confirmed address', () => {
  it('keeps identities and second factor when the password is reset', async () => {
    const alice = await confirmed(service(), withSecondFactor(service()));
    const { subject } = person(provider());
    await implant(alice, subject);
    const session = await takeBack(alice, codeOf(alice.secret));
    expect(await identitiesOf(session)).toHaveLength(1);
    expect((await as(session).call(getSecondFactor)).enabled).toBe(true);
  });
});
