import {
  acceptContactRequest,
  blockUser,
  enableSecondFactor,
  finishOidcLink,
  putPrivacy,
  requestContact,
  setupSecondFactor,
  startOidcLink,
} from '@app/contracts';
import { eventually } from '@app/testing';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { confirmed, person, useOidc } from './support/oidc-people';
import { PASSWORD, signedIn, type Person } from './support/people';
import { codeOf } from './support/second-factor';

const { provider, service } = useOidc();

const as = ({ accessToken }: Person) => service().as(accessToken);
const idOf = ({ user }: Person) => user.user_id;
const people = () => Promise.all([signedIn(service()), signedIn(service())]);

const waiting = () =>
  service().sql(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );

/** What becomes of `work` that comes to the account's row while a deletion has it. */
async function duringDeletion(userId: number, work: () => Promise<unknown>): Promise<string> {
  const deletion = new Client({ connectionString: service().config.POSTGRES_URL });
  await deletion.connect();
  try {
    await deletion.query('BEGIN');
    await deletion.query('SELECT 1 FROM users WHERE user_id = $1 FOR UPDATE', [userId]);
    const working = work();
    const settled = Promise.allSettled([working]);
    // Who does not come as far as the row says why.
    const refused = new Promise<never>((_resolve, reject) => void working.catch(reject));
    await Promise.race([eventually(waiting, (rows) => expect(rows).toHaveLength(1)), refused]);
    await deletion.query(`DELETE FROM second_factors WHERE user_id = $1`, [userId]);
    await deletion.query(`UPDATE users SET status = 'deleted', deleted_at = now() WHERE user_id = $1`, [
      userId,
    ]);
    await deletion.query('COMMIT');
    const [outcome] = await settled;
    return outcome.status;
  } finally {
    await deletion.end();
  }
}

const rowsOf = (table: string, columns: string, userId: number) =>
  service().sql(`SELECT * FROM ${table} WHERE $1 IN (${columns})`, [userId]);

it.each(['the one who blocks', 'the one who is blocked'])('no block stays of %s', async (who) => {
  const [alice, bob] = await people();
  const gone = idOf(who === 'the one who blocks' ? alice : bob);
  const block = () => as(alice).call(blockUser, { params: { userId: idOf(bob) } });
  expect(await duringDeletion(gone, block)).toBe('rejected');
  expect(await rowsOf('blocks', 'user_id, blocked_id', gone)).toEqual([]);
});

it.each(['sender', 'addressee'])('no request and no contact stays of a %s', async (who) => {
  const [alice, bob] = await people();
  const gone = idOf(who === 'sender' ? alice : bob);
  const ask = () => as(alice).call(requestContact, { body: { userId: idOf(bob) } });
  expect(await duringDeletion(gone, ask)).toBe('rejected');
  expect(await rowsOf('contact_requests', 'sender_id, addressee_id', gone)).toEqual([]);

  const [carol, dave] = await people();
  const { id } = await as(carol).call(requestContact, { body: { userId: idOf(dave) } });
  const deleted = idOf(who === 'sender' ? carol : dave);
  const accept = () => as(dave).call(acceptContactRequest, { params: { id } });
  expect(await duringDeletion(deleted, accept)).toBe('rejected');
  expect(await rowsOf('contacts', 'user_id, contact_id', deleted)).toEqual([]);
});

it('no choice of privacy stays', async () => {
  const alice = await signedIn(service());
  const body = { presence: 'nobody', lastSeen: 'nobody', readReceipts: false } as const;
  expect(await duringDeletion(idOf(alice), () => as(alice).call(putPrivacy, { body }))).toBe('rejected');
  expect(await rowsOf('privacy_settings', 'user_id', idOf(alice))).toEqual([]);
});

it('no second factor stays, nor a mail about it', async () => {
  const alice = await signedIn(service());
  const setup = () => as(alice).call(setupSecondFactor, { body: { password: PASSWORD } });
  expect(await duringDeletion(idOf(alice), setup)).toBe('rejected');
  expect(await rowsOf('second_factors', 'user_id', idOf(alice))).toEqual([]);

  const bob = await signedIn(service());
  const { secret } = await as(bob).call(setupSecondFactor, { body: { password: PASSWORD } });
  await service().sql('DELETE FROM mails WHERE user_id = $1', [idOf(bob)]);
  const enable = () => as(bob).call(enableSecondFactor, { body: { code: codeOf(secret) } });
  expect(await duringDeletion(idOf(bob), enable)).toBe('rejected');
  expect(await rowsOf('second_factors', 'user_id', idOf(bob))).toEqual([]);
  expect(await rowsOf('mails', 'user_id', idOf(bob))).toEqual([]);
});

it('no identity at the provider stays', async () => {
  const alice = await confirmed(service(), signedIn(service()));
  const { subject } = person(provider());
  const { url, state, browserKey } = await as(alice).call(startOidcLink, { body: { password: PASSWORD } });
  const body = { ...(await provider().signIn(url, subject)), state, browserKey };
  const link = () => as(alice).call(finishOidcLink, { body });
  expect(await duringDeletion(idOf(alice), link)).toBe('rejected');
  expect(await rowsOf('oidc_identities', 'user_id', idOf(alice))).toEqual([]);
});

it('no address stays with the token of a mail that was about to be sent', async () => {
  const { user } = await signedIn(service());
  const id = user.user_id;
  const mails = () => service().sql('SELECT 1 FROM mails WHERE user_id = $1', [id]);
  await eventually(mails, (rows) => expect(rows).toEqual([]));
  await service().sql('DELETE FROM mail_tokens WHERE user_id = $1', [id]);
  await service().sql(
    `INSERT INTO mails (mail_id, kind, user_id, due_at) VALUES (gen_random_uuid(), 'reset-password', $1, 'infinity')`,
    [id],
  );
  const send = () => service().sql('UPDATE mails SET due_at = now() WHERE user_id = $1', [id]);
  expect(await duringDeletion(id, send)).toBe('fulfilled');
  await eventually(mails, (rows) => expect(rows).toEqual([]));
  expect(await rowsOf('mail_tokens', 'user_id', id)).toEqual([]);
});
