import { randomUUID } from 'node:crypto';
import type { OutgoingEvent } from '@app/messaging';
import type { DataSource, EntityManager } from 'typeorm';
import { lockStanding, type Standing } from './administration/standing';
import { storeSecurityEvent } from './audit/security-event.repository';
import type { Announce } from './outbox/outbox';
import { storeEvent } from './outbox/outbox.repository';
import { endSessions } from './sessions/revocation.repository';

/** A reason to fail that needs no explanation. */
export class Refusal extends Error {}

interface Account {
  userId: number;
  username: string;
}

/** What a command says, line by line. `tokenSeconds`: how long an access token may be valid after its session has ended. */
type Command = (source: DataSource, who: string, tokenSeconds: number) => Promise<string[]>;

/** Who is an admin: for the operator, who needs no account. */
export const admins = {
  list: async (source) => {
    const rows = await source.query<{ user_id: number; username: string; email: string; status: string }[]>(
      `SELECT user_id, username, email, status FROM roles JOIN user_role USING (role_id) JOIN users USING (user_id)
       WHERE name = 'admin' ORDER BY user_id`,
    );
    const lines = rows.map((row) => `${row.user_id}\t${row.username}\t${row.email}\t${row.status}`);
    return lines.length > 0 ? lines : ['nobody is an admin'];
  },
  grant: (source, who) =>
    change(source, who, async (manager, { userId, username }, { roles, status }) => {
      if (roles.includes('admin')) return [`${username} is an admin already`];
      await manager.query(
        `INSERT INTO user_role (user_id, role_id) SELECT $1, role_id FROM roles WHERE name = 'admin'`,
        [userId],
      );
      await storeSecurityEvent(manager, { kind: 'admin.appointed', userId, details: { by: 'command' } });
      return [`${username} is an admin now${status === 'active' ? '' : `, and ${status}`}`];
    }),
  revoke: (source, who, tokenSeconds) =>
    change(source, who, async (manager, { userId, username }, { roles, isLastAdmin }) => {
      if (!roles.includes('admin')) return [`${username} is no admin`];
      if (isLastAdmin) throw new Refusal(`${username} is the last admin: appoint another one first`);
      await manager.query(
        `DELETE FROM user_role USING roles WHERE user_id = $1 AND user_role.role_id = roles.role_id AND name = 'admin'`,
        [userId],
      );
      const order = { userId, which: {}, reason: 'revoked', tokenSeconds } as const;
      const ended = await endSessions(manager, announceIn(manager), order);
      const details = { added: '', removed: 'admin', by: 'command' };
      await storeSecurityEvent(manager, { kind: 'roles.changed', userId, details });
      return [`${username} is no admin any more; sessions ended: ${ended.length}`];
    }),
} satisfies Record<string, Command>;

/** One transaction with the user's standing locked. */
async function change(
  source: DataSource,
  who: string,
  work: (manager: EntityManager, account: Account, standing: Standing) => Promise<string[]>,
): Promise<string[]> {
  return source.transaction(async (manager) => {
    const [account] = await manager.query<Account[]>(
      `SELECT user_id AS "userId", username FROM users
       WHERE lower(${who.includes('@') ? 'email' : 'username'}) = lower($1)`,
      [who.normalize('NFC')],
    );
    const standing = account && (await lockStanding(manager, account.userId));
    if (!account || !standing) throw new Refusal(`there is no user ${who}`);
    return work(manager, account, standing);
  });
}

/** Published by whichever process of the service looks next. */
const announceIn =
  (manager: EntityManager): Announce =>
  (contract, key, data) => {
    const id = randomUUID();
    const event = { id, contract, key, data, at: new Date(), traceId: id } as unknown as OutgoingEvent;
    return storeEvent(manager, event);
  };
