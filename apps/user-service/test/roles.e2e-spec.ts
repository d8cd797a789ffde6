import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  setUserRoles,
  getUserRoles,
  updateRole,
} from '@app/contracts';
import { refusalOf, type HttpClient } from '@app/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { registered } from './support/people';
import { signedInAs } from './support/roles';
import { useUserService } from './support/user-service';

const service = useUserService();
let admin: HttpClient;
let adminId: number;

beforeAll(async () => {
  const person = await signedInAs(service(), 'admin');
  admin = service().as(person.accessToken);
  adminId = person.user.user_id;
});

const trace = (kind: string) =>
  service().sql(
    `SELECT user_id, actor_id, details FROM security_events WHERE kind = $1 ORDER BY event_id DESC LIMIT 1`,
    [kind],
  );

describe('roles', () => {
  it('are made, found, changed and deleted, each with a trace', async () => {
    const made = await admin.call(createRole, { body: { name: 'support', description: 'Answers.' } });
    expect(made).toEqual({
      role_id: expect.any(Number),
      name: 'support',
      description: 'Answers.',
      built_in: false,
    });
    expect(await trace('role.created')).toEqual([
      { user_id: null, actor_id: adminId, details: { role: 'support' } },
    ]);
    const params = { id: made.role_id };
    expect(await admin.call(getRole, { params })).toEqual(made);
    expect((await admin.call(listRoles)).map(({ name }) => name)).toEqual([
      'admin',
      'member',
      'moderator',
      'support',
    ]);
    const renamed = await admin.call(updateRole, { params, body: { name: 'help-desk' } });
    expect(renamed).toEqual({ ...made, name: 'help-desk' });
    expect((await trace('role.updated'))[0]?.details).toEqual({ role: 'support', renamed: 'help-desk' });
    expect(await admin.call(updateRole, { params, body: {} })).toEqual(renamed);

    const user = await registered(service());
    const ofUser = { params: { id: user.user_id } };
    await admin.call(setUserRoles, { ...ofUser, body: { roles: ['help-desk'] } });
    expect(await admin.call(deleteRole, { params })).toEqual({});
    expect((await trace('role.deleted'))[0]?.details).toEqual({ role: 'help-desk', users: 1 });
    expect(await admin.call(getUserRoles, ofUser)).toEqual({ roles: ['member'] });
    for (const gone of [
      () => admin.call(getRole, { params }),
      () => admin.call(updateRole, { params, body: { description: 'x' } }),
      () => admin.call(deleteRole, { params }),
    ])
      expect((await refusalOf(gone())).code).toBe('NOTFOUND');
  });

  it('have names of their own, also when two are made at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, () => admin.call(createRole, { body: { name: 'twin' } })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusal = await refusalOf(admin.call(createRole, { body: { name: 'admin' } }));
    expect(refusal).toMatchObject({ code: 'CONFLICT', status: 409, fields: ['name'] });
    const other = await admin.call(createRole, { body: { name: 'other' } });
    const renaming = admin.call(updateRole, { params: { id: other.role_id }, body: { name: 'twin' } });
    expect((await refusalOf(renaming)).code).toBe('CONFLICT');
  });

  it('that are built in keep their names and stay; their descriptions may change', async () => {
    for (const { role_id: id, name, built_in } of await admin.call(listRoles)) {
      if (!built_in) continue;
      const params = { id };
      expect((await refusalOf(admin.call(updateRole, { params, body: { name: 'boss' } }))).code).toBe(
        'CONFLICT',
      );
      expect((await refusalOf(admin.call(deleteRole, { params }))).code).toBe('CONFLICT');
      const changed = await admin.call(updateRole, { params, body: { name, description: 'Ours.' } });
      expect(changed).toMatchObject({ name, description: 'Ours.', built_in: true });
    }
    expect((await admin.call(listRoles)).filter(({ built_in }) => built_in)).toHaveLength(3);
  });

  it.each([
    ['name', { name: 'A' }],
    ['name', { name: 'Admin' }],
    ['name', { name: 'a b' }],
    ['name', { name: 'x'.repeat(32) }],
    ['name', { name: null }],
    ['name', {}],
    ['name', { name: ['admin'] }],
    ['description', { name: 'ok', description: 'x'.repeat(201) }],
    ['description', { name: 'ok', description: 'a\u0000' }],
    ['role_id', { name: 'ok', role_id: 1 }],
    ['built_in', { name: 'ok', built_in: true }],
  ])('refuse a bad %s: %j', async (field, body) => {
    const answer = await admin.request('/roles', { method: 'POST', body });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', details: [{ field }] } },
    });
  });

  it.each(['0', 'x', '1.5', '2147483648', '-1'])('have no id %s', async (id) => {
    const answer = await admin.request(`/roles/${id}`);
    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ field: 'id' }] } } });
  });
});
