import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { getMe, listRoles, login, register } from '@app/contracts';
import { createDatabase, eventually } from '@app/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadUserConfig } from '../src/config';
import { migrate } from '../src/database/migrator';
import { signedIn } from './support/people';
import { giveRole } from './support/roles';
import { dropDatabase, freshDatabaseUrl, sql, useUserService, UserService } from './support/user-service';

const run = promisify(execFile);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const ADMIN = {
  ADMIN_EMAIL: 'root@example.com',
  ADMIN_USERNAME: 'root.admin',
  ADMIN_PASSWORD: 'a long and winding password',
};
const credentials = { email: 'Root@Example.com', password: ADMIN.ADMIN_PASSWORD };

const ADMINS = `SELECT username FROM roles JOIN user_role USING (role_id) JOIN users USING (user_id)
  WHERE name = 'admin' ORDER BY 1`;

describe('the first admin', { timeout: 60_000 }, () => {
  let url: string;
  const running: UserService[] = [];

  beforeEach(async () => {
    url = freshDatabaseUrl();
    await createDatabase(url);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ app }) => app.close()));
    await dropDatabase(url);
  });

  const start = async (settings: Record<string, string> = {}) => {
    const service = await UserService.start({ POSTGRES_URL: url, ...settings });
    running.push(service);
    return service;
  };
  const admins = async () => (await sql(url, ADMINS)).map(({ username }) => username);
  const appointed = () => eventually(admins, (names) => expect(names).toHaveLength(1));
  const anotherBoot = async () => {
    const lines: string[] = [];
    const dist = path.resolve(process.env.DIST ?? 'dist', 'apps/user-service/src/main.js');
    const env = {
      ...process.env,
      ...ADMIN,
      POSTGRES_URL: url,
      RABBITMQ_URL: 'amqp://127.0.0.1:1',
      USER_SERVICE_PORT: String(await freePort()),
    };
    const child = execFile(process.execPath, [dist], { env });
    child.stdout?.on('data', (chunk) => lines.push(String(chunk)));
    return { child, output: () => lines.join('') };
  };

  it('is created once, by however many instances, and can sign in', async () => {
    const services = await Promise.all([start(ADMIN), start(ADMIN), start(ADMIN)]);
    await appointed();
    const { accessToken, user } = await services[0].as().call(login, { body: credentials });
    expect(user).toMatchObject({ username: 'root.admin', email: 'root@example.com' });
    expect(await services[1].as(accessToken).call(listRoles)).toHaveLength(3);
    await Promise.all(services.map(({ app }) => app.close()));
    running.length = 0;
    expect(await sql(url, `SELECT details FROM security_events WHERE kind = 'admin.appointed'`)).toHaveLength(
      1,
    );
    expect(await sql(url, 'SELECT count(*)::int AS n FROM users')).toEqual([{ n: 1 }]);
  });

  it('may be an account that is there, whose password stays', async () => {
    const service = await start();
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = ADMIN;
    await service.as().call(register, { body: { username: 'somebody', email, password } });
    const before = await sql(url, 'SELECT password_hash FROM users');
    await start(ADMIN);
    await appointed();
    expect(await admins()).toEqual(['somebody']);
    expect(await sql(url, 'SELECT password_hash FROM users')).toEqual(before);
  });

  it('is not who has registered the address with another password; that is logged, the password is not', async () => {
    const service = await start();
    const body = { username: 'mallory', email: ADMIN.ADMIN_EMAIL, password: 'I was here first' };
    await service.as().call(register, { body });
    const { child, output } = await anotherBoot();
    try {
      await eventually(
        () => Promise.resolve(output()),
        (text) => expect(text).toContain('an account with another password'),
        30_000,
      );
      expect(output()).not.toContain(ADMIN.ADMIN_PASSWORD);
      expect(await admins()).toEqual([]);
      await service.as().call(login, { body: { email: body.email, password: body.password } });
    } finally {
      child.kill();
    }
  });

  it('is not appointed where there is an admin: who was demoted stays demoted', async () => {
    const service = await start();
    const boss = await signedIn(service);
    await giveRole(service, boss.user.user_id, 'admin');
    const later = await start(ADMIN);
    await later.as(boss.accessToken).call(getMe);
    await later.app.close();
    running.pop();
    expect(await admins()).toEqual([boss.username]);
    expect(await sql(url, 'SELECT count(*)::int AS n FROM users')).toEqual([{ n: 1 }]);
  });

  it('waits for the tables', async () => {
    await dropDatabase(url);
    await migrate(url, 'show');
    await start(ADMIN);
    await migrate(url, 'run');
    await appointed();
  });

  it.each([
    [{ ADMIN_EMAIL: '' }, 'ADMIN_EMAIL must be set'],
    [{ ADMIN_USERNAME: '', ADMIN_PASSWORD: '' }, 'ADMIN_USERNAME and ADMIN_PASSWORD must be set'],
    [{ ADMIN_EMAIL: 'nobody' }, 'ADMIN_EMAIL must be an email address'],
    [{ ADMIN_USERNAME: 'a b' }, 'ADMIN_USERNAME must be 3 to 50'],
    [{ ADMIN_PASSWORD: 'short' }, 'ADMIN_PASSWORD must have 8 to 128'],
    [{ ADMIN_PASSWORD: 'Root.Admin' }, 'ADMIN_PASSWORD is refused: password must not be the username'],
  ])('is refused with one clear line: %j', (change, message) => {
    expect(() => loadUserConfig({ ...ADMIN, ...change })).toThrow(message);
  });

  it('is optional', () => {
    expect(loadUserConfig({})).toMatchObject({ ADMIN_EMAIL: '', ADMIN_PASSWORD: '' });
    expect(loadUserConfig(ADMIN)).toMatchObject(ADMIN);
  });
});

// Each command is a process.
describe('npm run admin', { timeout: 120_000 }, () => {
  const service = useUserService();
  const program = path.resolve(process.env.DIST ?? 'dist', 'apps/user-service/src/admin.js');

  const admin = async (...args: string[]) => {
    const env = { ...process.env, POSTGRES_URL: service().config.POSTGRES_URL };
    return run(process.execPath, [program, ...args], { env }).then(
      ({ stdout }) => ({ code: 0, stdout: stdout.trim(), stderr: '' }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
  };

  it('grants, lists and revokes, with a trace; the last admin stays', async () => {
    expect((await admin('list')).stdout).toBe('nobody is an admin');
    const [one, two] = [await signedIn(service()), await signedIn(service())];
    expect((await admin('grant', one.email.toUpperCase())).stdout).toBe(`${one.username} is an admin now`);
    expect((await admin('grant', one.username)).stdout).toBe(`${one.username} is an admin already`);
    expect(await service().as(one.accessToken).call(listRoles)).toHaveLength(3);
    expect((await admin('list')).stdout).toBe(`${one.user.user_id}\t${one.username}\t${one.email}\tactive`);
    const last = await admin('revoke', one.username);
    expect(last).toMatchObject({ code: 1, stderr: expect.stringContaining('is the last admin') });

    await admin('grant', two.username);
    expect((await admin('revoke', one.username)).stdout).toBe(
      `${one.username} is no admin any more; sessions ended: 1`,
    );
    expect((await admin('revoke', one.username)).stdout).toBe(`${one.username} is no admin`);
    const outbox = await service().sql(`SELECT key, data->>'reason' AS reason FROM outbox WHERE key = $1`, [
      String(one.user.user_id),
    ]);
    expect(outbox).toEqual([{ key: String(one.user.user_id), reason: 'revoked' }]);
    const traces = await service().sql(
      `SELECT kind, details->>'by' AS by FROM security_events WHERE details ? 'by' ORDER BY event_id`,
    );
    expect(traces.map(({ kind, by }) => `${String(kind)} by ${String(by)}`)).toEqual([
      'admin.appointed by command',
      'admin.appointed by command',
      'roles.changed by command',
    ]);
  });

  it('explains itself, and says what is wrong', async () => {
    const [helped, bare, incomplete, mistaken] = await Promise.all([
      admin('--help'),
      admin(),
      admin('grant'),
      admin('grant', 'nobody-here'),
    ]);
    expect(helped).toMatchObject({ code: 0, stdout: expect.stringContaining('grant|revoke') });
    expect(bare).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage') });
    expect(incomplete).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage') });
    expect(mistaken).toMatchObject({
      code: 1,
      stderr: 'admin: there is no user nobody-here.\n',
    });
  });
});
