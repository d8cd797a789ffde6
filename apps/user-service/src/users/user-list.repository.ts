import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../database/database';
import { User } from './user.entity';
import { countStatement, pageStatement, type UserFilter, type UserPlace } from './user-query';

interface Row {
  user_id: number;
  key: Date | string | number;
}

export interface UserListing {
  users: User[];
  /** Of the last of `users`, when others follow. */
  last: UserPlace | null;
  total: number;
}

@Injectable()
export class UserListRepository {
  constructor(private readonly database: Database) {}

  /** Users with roles, in order. */
  list(
    filter: UserFilter,
    { limit, ...from }: { limit: number; after?: UserPlace; skip?: number },
  ): Promise<UserListing> {
    return this.database.run(async (manager) => {
      const page = pageStatement(filter, { limit: limit + 1, ...from });
      const rows = await manager.query<Row[]>(page.text, page.values);
      const count = countStatement(filter);
      const [counted] = await manager.query<{ total: number }[]>(count.text, count.values);
      const here = rows.slice(0, limit);
      const found = await manager.find(User, {
        where: { userId: In(here.map(({ user_id }) => user_id)) },
        relations: { roles: true },
      });
      const byId = new Map(found.map((user) => [user.userId, user]));
      return {
        users: here.flatMap(({ user_id }) => byId.get(user_id) ?? []),
        last: rows.length > limit ? placeOfRow(here.at(-1)) : null,
        total: counted?.total ?? 0,
      };
    });
  }
}

function placeOfRow(row: Row | undefined): UserPlace | null {
  if (!row) return null;
  const { key, user_id: userId } = row;
  return { key: key instanceof Date ? key.toISOString() : String(key), userId };
}
