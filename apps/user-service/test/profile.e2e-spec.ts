import { getMe, getUser, register, updateMe, updateUser } from '@app/contracts';
import { refusalOf } from '@app/testing';
import { describe, expect, it } from 'vitest';
import { registered, signedIn, someone } from './support/people';
import { signedInAs } from './support/roles';
import { useUserService } from './support/user-service';

const service = useUserService();

const rowOf = async (userId: number) =>
  (await service().sql('SELECT *, xmin::text FROM users WHERE user_id = $1', [userId]))[0];

describe('PATCH /users/me', () => {
  it('changes what is given, clears what is null, and leaves the rest', async () => {
    const { accessToken, user } = await signedIn(service());
    const me = service().as(accessToken);
    const changed = await me.call(updateMe, {
      body: { fullName: ' Zoë Ö ', avatar_url: 'https://example.com/z.png', phone: '+49 30 1234' },
    });
    expect(changed).toEqual({
      ...user,
      full_name: 'Zoë Ö',
      avatar_url: 'https://example.com/z.png',
      phone: '+49 30 1234',
      updated_at: expect.any(String),
    });
    expect(changed.updated_at > user.updated_at).toBe(true);
    expect(await me.call(updateMe, { body: { phone: null } })).toMatchObject({
      phone: null,
      full_name: 'Zoë Ö',
    });
    expect(await me.call(getMe)).toMatchObject({ phone: null, full_name: 'Zoë Ö' });
  });

  it('renames, and numbers each change', async () => {
    const { accessToken, user } = await signedIn(service());
    const username = `Ren.${user.username}`;
    await service().as(accessToken).call(updateMe, { body: { username } });
    await service()
      .as(accessToken)
      .call(updateMe, { body: { fullName: 'New' } });
    expect(await rowOf(user.user_id)).toMatchObject({
      username,
      search_text: `ren ${user.username} new`,
      profile_rev: 2,
    });
  });

  it('refuses a username that somebody has, without regard to case', async () => {
    const taken = await registered(service());
    const { accessToken } = await signedIn(service());
    const refusal = await refusalOf(
      service()
        .as(accessToken)
        .call(updateMe, { body: { username: taken.username.toUpperCase() } }),
    );
    expect(refusal).toMatchObject({ code: 'CONFLICT', status: 409, fields: ['username'] });
  });

  it('lets one of many have a free username', async () => {
    const { username } = someone();
    const rivals = await Promise.all(Array.from({ length: 5 }, () => signedIn(service())));
    const outcomes = await Promise.allSettled(
      rivals.map(({ accessToken }) => service().as(accessToken).call(updateMe, { body: { username } })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['username', null],
    ['username', 'a b'],
    ['username', 'xy'],
    ['username', { $ne: '' }],
    ['fullName', ''],
    ['fullName', 'a\u0000b'],
    ['fullName', 'x'.repeat(101)],
    ['fullName', ['x']],
    ['avatar_url', 'javascript:alert(1)'],
    ['avatar_url', `https://example.com/${'x'.repeat(2_048)}`],
    ['phone', 'call me'],
  ])('refuses %s %j, naming the field', async (field, value) => {
    const { accessToken } = await signedIn(service());
    const answer = await service()
      .as(accessToken)
      .request('/users/me', { method: 'PATCH', body: { [field]: value } });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field }] } },
    });
  });

  it.each(['role', 'roles', 'status', 'user_id', 'created_at', 'password_hash', 'email', 'search_text'])(
    'refuses %s, and nothing is changed',
    async (field) => {
      const { accessToken, user } = await signedIn(service());
      const before = await rowOf(user.user_id);
      const body = { fullName: 'Somebody Else', [field]: 'admin' };
      const answer = await service().as(accessToken).request('/users/me', { method: 'PATCH', body });
      expect(answer).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_REQUEST', details: [{ field, message: 'is not a known field' }] } },
      });
      expect(await rowOf(user.user_id)).toEqual(before);
    },
  );
});

describe('PATCH /users/:id', () => {
  it('is for oneself and for admins, who leave a trace', async () => {
    const { accessToken, user } = await signedIn(service());
    const params = { id: user.user_id };
    const own = await service()
      .as(accessToken)
      .call(updateUser, { params, body: { fullName: 'Own' } });
    expect(own.full_name).toBe('Own');

    const admin = await signedInAs(service(), 'admin');
    const body = { fullName: 'By an admin' };
    await service().as(admin.accessToken).call(updateUser, { params, body });
    expect(await rowOf(user.user_id)).toMatchObject({ full_name: 'By an admin' });
    expect(
      await service().sql(
        `SELECT user_id, actor_id, details FROM security_events WHERE kind = 'profile.updated'`,
      ),
    ).toEqual([{ user_id: user.user_id, actor_id: admin.user.user_id, details: { fields: 'fullName' } }]);
  });

  it.each(['member', 'moderator'])('refuses a %s who means somebody else', async (role) => {
    const victim = await registered(service());
    const { accessToken } = await signedInAs(service(), role);
    const before = await rowOf(victim.user_id);
    for (const id of [String(victim.user_id), `0${victim.user_id}`, '2000000000', 'me%2F', 'x']) {
      const answer = await service()
        .as(accessToken)
        .request(`/users/${id}`, { method: 'PATCH', body: { fullName: 'Mallory' } });
      expect(answer, id).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    }
    expect(await rowOf(victim.user_id)).toEqual(before);
  });

  it('tells admins of a user who does not exist, and of an id that is none', async () => {
    const { accessToken } = await signedInAs(service(), 'admin');
    const admin = service().as(accessToken);
    const body = { fullName: 'Nobody' };
    expect((await refusalOf(admin.call(updateUser, { params: { id: 2_000_000_000 }, body }))).code).toBe(
      'NOTFOUND',
    );
    const answer = await admin.request('/users/x', { method: 'PATCH', body });
    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field: 'id' }] } } });
  });
});

describe('GET /users/:id', () => {
  it('shows members a card and admins all but secrets', async () => {
    const form = { ...someone(), fullName: 'Ann', phone: '+49 30 1234' };
    const target = await service().as().call(register, { body: form });
    const params = { id: target.user_id };
    const member = await signedIn(service());
    expect(await service().as(member.accessToken).call(getUser, { params })).toEqual({
      user_id: target.user_id,
      username: target.username,
      full_name: 'Ann',
      avatar_url: null,
    });
    const admin = await signedInAs(service(), 'admin');
    const seen = await service().as(admin.accessToken).call(getUser, { params });
    expect(seen).toEqual({ ...target, roles: ['member'] });
  });

  it('shows a suspended user to admins only', async () => {
    const target = await registered(service());
    await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [target.user_id]);
    const params = { id: target.user_id };
    const member = await signedIn(service());
    const hidden = await refusalOf(service().as(member.accessToken).call(getUser, { params }));
    const unknown = await refusalOf(
      service()
        .as(member.accessToken)
        .call(getUser, { params: { id: 2_000_000_000 } }),
    );
    expect([hidden.code, hidden.message]).toEqual([unknown.code, unknown.message]);
    expect(hidden.code).toBe('NOTFOUND');
    const admin = await signedInAs(service(), 'admin');
    expect(await service().as(admin.accessToken).call(getUser, { params })).toMatchObject({
      status: 'suspended',
    });
  });
});
