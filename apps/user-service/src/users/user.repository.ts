import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../database/database';
import { violatedIndex } from '../database/database-errors';
import { DEFAULT_ROLE } from './role.entity';
import { User } from './user.entity';

export type NewUser = Pick<User, 'username' | 'email' | 'passwordHash' | 'fullName' | 'avatarUrl' | 'phone'>;

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
        const user = await manager.save(manager.create(User, fields));
        await manager.query(
          `INSERT INTO user_role (user_id, role_id) SELECT $1, role_id FROM roles WHERE name = $2`,
          [user.userId, DEFAULT_ROLE],
        );
        return user;
      });
    } catch (error) {
      const index = violatedIndex(error);
      if (index === 'users_username_unique') throw new TakenError('username');
      if (index === 'users_email_unique') throw new TakenError('email');
      throw error;
    }
  }

  /** With roles. By email or by username, without regard to case: an email has an `@`, a username cannot have one. */
  findByIdentifier(identifier: string): Promise<User | null> {
    const column = identifier.includes('@') ? 'email' : 'username';
    return this.database.run((manager) =>
      manager
        .createQueryBuilder(User, 'user')
        .leftJoinAndSelect('user.roles', 'role')
        .where(`lower(user.${column}) = lower(:identifier)`, { identifier })
        .getOne(),
    );
  }

  /** With roles. */
  findById(userId: number): Promise<User | null> {
    return this.database.run((manager) =>
      manager.findOne(User, { where: { userId }, relations: { roles: true } }),
    );
  }

  listActive(userIds: number[]): Promise<User[]> {
    return this.database.run((manager) => manager.findBy(User, { userId: In(userIds), status: 'active' }));
  }

  /** Only if the password is still the one that was checked. */
  async replacePasswordHash(userId: number, from: string, to: string): Promise<void> {
    await this.database.run((manager) =>
      manager.update(User, { userId, passwordHash: from }, { passwordHash: to }),
    );
  }
}
