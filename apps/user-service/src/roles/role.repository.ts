import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { violatedIndex } from '../database/database-errors';
import { Role } from './role.entity';

/** Another role has this name. */
export class RoleTakenError extends Error {}

export interface RoleFields {
  name?: string;
  description?: string;
}

@Injectable()
export class RoleRepository {
  constructor(private readonly database: Database) {}

  /** In alphabetical order. */
  list(): Promise<Role[]> {
    return this.database.run((manager) => manager.find(Role, { order: { name: 'ASC' } }));
  }

  findById(roleId: number): Promise<Role | null> {
    return this.database.run((manager) => manager.findOneBy(Role, { roleId }));
  }

  /** Throws RoleTakenError. */
  insert(fields: RoleFields): Promise<Role> {
    return refusingTaken(this.database.run((manager) => manager.save(manager.create(Role, fields))));
  }

  /** Undefined fields stay as they are. Throws RoleTakenError. */
  async update(roleId: number, fields: RoleFields): Promise<void> {
    if (Object.values(fields).every((value) => value === undefined)) return;
    await refusingTaken(this.database.run((manager) => manager.update(Role, { roleId }, fields)));
  }

  /** How many users had it; null when there is no such role (any more). */
  delete(roleId: number): Promise<number | null> {
    return this.database.transaction(async (manager) => {
      const role = await manager.findOne(Role, { where: { roleId }, lock: { mode: 'pessimistic_write' } });
      if (!role) return null;
      const [counted] = await manager.query<{ users: number }[]>(
        `SELECT count(*)::integer AS users FROM user_role WHERE role_id = $1`,
        [roleId],
      );
      await manager.delete(Role, { roleId });
      return counted?.users ?? 0;
    });
  }
}

async function refusingTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw violatedIndex(error) === 'roles_name_unique' ? new RoleTakenError() : error;
  }
}
