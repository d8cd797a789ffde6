import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Database } from '../database/database';
import { violatedIndex } from '../database/database-errors';
import { queueMail } from '../mail/mail-queue';
import { DEFAULT_ROLE } from '../roles/role.entity';
import { searchTextOf } from './search-text';
import { User } from './user.entity';

export type NewUser = Pick<User, 'username' | 'email' | 'passwordHash' | 'fullName' | 'avatarUrl' | 'phone'> &
  Partial<Pick<User, 'emailVerifiedAt'>>;

/** What users may change of themselves. Undefined: stays as it is. */
export type ProfileChanges = Partial<Pick<User, 'username' | 'fullName' | 'avatarUrl' | 'phone'>>;

/** What is taken already. */
export class TakenError extends Error {
  constructor(readonly field: 'username' | 'email') {
    super(`${field} is taken`);
  }
}

@Injectable()
export class UserRepository {
  constructor(private readonly database: Database) {}

  /** The new user, with the default role. Throws TakenError: the unique indexes decide, there is no look before the leap. */
  async insert(fields: NewUser): Promise<User> {
    try {
      return await this.database.transaction(async (manager) => {
        const user = await manager.save(
          manager.create(User, { ...fields, searchText: searchTextOf(fields) }),
        );
        await manager.query(
          `INSERT INTO user_role (user_id, role_id) SELECT $1, role_id FROM roles WHERE name = $2`,
          [user.userId, DEFAULT_ROLE],
        );
        if (!user.emailVerifiedAt) await queueMail(manager, 'verify-email', user.userId);
        return user;
      });
    } catch (error) {
      throw takenOr(error);
    }
  }

  /** The user as changed, with roles; null when there is none. Throws TakenError. */
  async update(userId: number, changes: ProfileChanges): Promise<User | null> {
    try {
      return await this.database.transaction(async (manager) => {
        const before = await manager.findOne(User, {
          where: { userId, deletedAt: IsNull() },
          lock: { mode: 'pessimistic_write' },
        });
        if (!before) return null;
        const { username = before.username, fullName = before.fullName } = changes;
        const searchText = searchTextOf({ username, fullName });
        await manager.update(User, { userId }, { ...changes, searchText, profileRev: before.profileRev + 1 });
        return manager.findOne(User, { where: { userId }, relations: { roles: true } });
      });
    } catch (error) {
      throw takenOr(error);
    }
  }

  /** With roles. */
  findById(userId: number): Promise<User | null> {
    return this.database.run((manager) =>
      manager.findOne(User, { where: { userId, deletedAt: IsNull() }, relations: { roles: true } }),
    );
  }

  listActive(userIds: number[]): Promise<User[]> {
    return this.database.run((manager) => manager.findBy(User, { userId: In(userIds), status: 'active' }));
  }

  /** By the unique index of names, which knows no case. */
  listActiveByName(usernames: string[]): Promise<User[]> {
    return this.database.run((manager) =>
      manager
        .createQueryBuilder(User, 'u')
        .where(`lower(u.username) IN (SELECT lower(name) FROM unnest(:usernames::text[]) AS name)`, {
          usernames,
        })
        .andWhere(`u.status = 'active'`)
        .getMany(),
    );
  }

  /** Which of these were deleted. */
  async listDeletedIds(userIds: number[]): Promise<number[]> {
    const rows = await this.database.run<{ user_id: number }[]>((manager) =>
      manager.query(`SELECT user_id FROM users WHERE user_id = ANY($1) AND status = 'deleted'`, [userIds]),
    );
    return rows.map(({ user_id }) => user_id);
  }
}

/** The unique index's word as one of ours. */
function takenOr(error: unknown): unknown {
  const index = violatedIndex(error);
  if (index === 'users_username_unique') return new TakenError('username');
  if (index === 'users_email_unique') return new TakenError('email');
  return error;
}
