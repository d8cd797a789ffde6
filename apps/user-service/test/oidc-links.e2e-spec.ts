import {
  deleteMe,
  finishOidc,
  finishOidcLink,
  listOidcIdentities,
  login,
  removeOidcIdentity,
  startOidcLink,
} from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { answerFor, confirmed, person, signInAt, useOidc } from './support/oidc-people';
import { PASSWORD, signedIn, type Person } from './support/people';

const { provider, service, mailbox } = useOidc();

const as = ({ accessToken }: { accessToken: string }) => service().as(accessToken);

/** What a signed-in client posts after `subject` has been at the provider. */
async function linkAnswer(caller: Person, subject: string) {
  const { url, state, browserKey } = await as(caller).call(startOidcLink, { body: { password: PASSWORD } });
  const parameters = await provider().signIn(url, subject);
  return { ...parameters, state, browserKey };
}

async function link(caller: Person, subject: string) {
  return as(caller).call(finishOidcLink, { body: await linkAnswer(caller, subject) });
}

const unlink = (caller: { accessToken: string }, id: number) =>
  as(caller).call(removeOidcIdentity, { params: { id: String(id) } });

describe('linking an identity while signed in', () => {
  it('makes it a way into the account, whatever its address, and is undone by unlinking', async () => {
    const alice = await confirmed(service(), signedIn(service()));
    const { subject } = person(provider(), { email_verified: false });
    const identity = await link(alice, subject);
    expect(identity).toEqual({
      id: expect.any(Number),
      issuer: provider().issuer,
      linked_at: expect.any(String),
      last_used: null,
    });
    await mailbox.mailTo(alice.email, /new way into your account/);
    const session = await signInAt(service(), provider(), subject);
    expect(session.user.user_id).toBe(alice.user.user_id);
    expect(await as(alice).call(listOidcIdentities)).toEqual([
      { ...identity, last_used: expect.stringMatching(/Z$/) },
    ]);

    await unlink(alice, identity.id);
    expect(await as(alice).call(listOidcIdentities)).toEqual([]);
    expect((await refusalOf(signInAt(service(), provider(), subject))).code).toBe('FORBIDDEN');
    const events = await service().sql(
      `SELECT kind FROM security_events WHERE user_id = $1 AND kind LIKE 'identity.%' ORDER BY event_id`,
      [alice.user.user_id],
    );
    expect(events.map(({ kind }) => kind)).toEqual(['identity.linked', 'identity.unlinked']);
  });

  it('needs a session and the password', async () => {
    const alice = await confirmed(service(), signedIn(service()));
    const wrong = await refusalOf(as(alice).call(startOidcLink, { body: { password: 'wrong horse' } }));
    expect(wrong).toMatchObject({ code: 'BAD_REQUEST', fields: ['password'] });
    for (const path of ['link', 'link/callback']) {
      const answer = await service().as().request(`/auth/oidc/${path}`, { method: 'POST', body: {} });
      expect(answer.status).toBe(401);
    }
  });

  it('is finished by the account that began it', async () => {
    const alice = await confirmed(service(), signedIn(service()));
    const mallory = await confirmed(service(), signedIn(service()));
    const { subject } = person(provider());
    const body = await linkAnswer(mallory, subject);
    expect((await refusalOf(as(alice).call(finishOidcLink, { body }))).code).toBe('AUTH_INVALID');
    expect(await as(alice).call(listOidcIdentities)).toEqual([]);
  });

  it('is no sign-in, and a sign-in is no link', async () => {
    const alice = await confirmed(service(), signedIn(service()));
    const { subject } = person(provider());
    const linking = await linkAnswer(alice, subject);
    expect((await refusalOf(service().as().call(finishOidc, { body: linking }))).code).toBe('AUTH_INVALID');
    const signing = await answerFor(service(), provider(), subject);
    expect((await refusalOf(as(alice).call(finishOidcLink, { body: signing }))).code).toBe('AUTH_INVALID');
  });

  it('does not take an identity from another account', async () => {
    const alice = await confirmed(service(), signedIn(service()));
    const bob = await confirmed(service(), signedIn(service()));
    const { subject } = person(provider());
    await link(alice, subject);
    for (const caller of [alice, bob]) expect((await refusalOf(link(caller, subject))).code).toBe('CONFLICT');
    expect((await signInAt(service(), provider(), subject)).user.user_id).toBe(alice.user.user_id);
  });
});

describe('unlinking', () => {
  it('is refused for what is not there, or not the caller’s', async () => {
    const alice = await confirmed(service(), signedIn(service()));
    const bob = await confirmed(service(), signedIn(service()));
    const { id } = await link(alice, person(provider()).subject);
    for (const strange of [id, 999_999_999]) {
      expect((await refusalOf(unlink(bob, strange))).code).toBe('NOTFOUND');
    }
    for (const bad of ['0', '-1', '1e3', 'x']) {
      const answer = await as(alice).request(`/auth/oidc/identities/${bad}`, { method: 'DELETE' });
      expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field: 'id' }] } } });
    }
    expect(await as(alice).call(listOidcIdentities)).toHaveLength(1);
  });

  it('is refused for the last way in, also when the last two are unlinked at once', async () => {
    const { subject } = person(provider());
    const session = await signInAt(service(), provider(), subject);
    const [only] = await as(session).call(listOidcIdentities);
    expect((await refusalOf(unlink(session, only?.id ?? 0))).code).toBe('CONFLICT');

    await service().sql('INSERT INTO oidc_identities (issuer, subject, user_id) VALUES ($1, $2, $3)', [
      provider().issuer,
      `second-${subject}`,
      session.user.user_id,
    ]);
    const both = await as(session).call(listOidcIdentities);
    const results = await Promise.allSettled(both.map(({ id }) => unlink(session, id)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await as(session).call(listOidcIdentities)).toHaveLength(1);
  });

  it('comes with the end of the account: the identity may open another one', async () => {
    const alice = await confirmed(service(), signedIn(service()));
    const { subject } = person(provider());
    await link(alice, subject);
    await as(alice).call(deleteMe, { body: { password: PASSWORD } });
    const { user } = await signInAt(service(), provider(), subject);
    expect(user.user_id).not.toBe(alice.user.user_id);
  });

  it('is possible once there is a password', async () => {
    const { subject } = person(provider());
    const session = await signInAt(service(), provider(), subject);
    const { email } = await confirmed(service(), signedIn(service()));
    await service().sql(
      'UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE email = $2) WHERE user_id = $1',
      [session.user.user_id, email],
    );
    const [only] = await as(session).call(listOidcIdentities);
    await unlink(session, only?.id ?? 0);
    await service()
      .as()
      .call(login, { body: { email: session.user.email, password: PASSWORD } });
  });
});
