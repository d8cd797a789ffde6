import { Injectable } from '@nestjs/common';
import {
  AppError,
  notFound,
  type AdminUserDto,
  type UpdateUserDto,
  type UserCardDto,
  type UserDto,
} from '@app/contracts';
import type { Principal } from '@app/platform';
import { SecurityLog } from '../audit/security-log.service';
import type { User } from './user.entity';
import { TakenError, UserRepository, type NewUser } from './user.repository';
import { isAdmin } from './roles-of-caller';
import { toAdminUser, toTombstone, toUserCard, toUserDto } from './user-views';

/** What signing in needs to know of a user. The hash stays in this process. */
export interface Account {
  user: UserDto;
  roles: string[];
  passwordHash: string;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly users: UserRepository,
    private readonly security: SecurityLog,
  ) {}

  /** Throws CONFLICT naming the field that is taken. */
  async create(fields: NewUser): Promise<UserDto> {
    return toUserDto(await refusingTaken(this.users.insert(fields)));
  }

  /** Throws NOTFOUND, or CONFLICT when the username is taken. What an admin changes for somebody else is recorded. */
  async update(
    actor: Principal,
    userId: number,
    form: UpdateUserDto,
    client: { ip: string; userAgent: string },
  ): Promise<UserDto> {
    const changes = {
      username: form.username?.normalize('NFC'),
      fullName: form.fullName,
      avatarUrl: form.avatar_url,
      phone: form.phone,
    };
    const user = await refusingTaken(this.users.update(userId, changes));
    if (!user) throw notFound('user');
    if (actor.userId !== userId) {
      const details = { fields: Object.keys(form).join(', ') };
      await this.security.record({
        kind: 'profile.updated',
        userId,
        actorId: actor.userId,
        client,
        details,
      });
    }
    return toUserDto(user);
  }

  /** As much of the user as the caller may see. Throws NOTFOUND also for a user who is hidden from them. */
  async getFor(caller: Principal, userId: number): Promise<UserCardDto | AdminUserDto> {
    const user = await this.users.findById(userId);
    if (user && isAdmin(caller)) return toAdminUser(user);
    if (user?.status !== 'active') throw notFound('user');
    return toUserCard(user);
  }

  /** Throws NOTFOUND. */
  async getForAdmin(userId: number): Promise<AdminUserDto> {
    const user = await this.users.findById(userId);
    if (!user) throw notFound('user');
    return toAdminUser(user);
  }

  async findAccount(userId: number): Promise<Account | null> {
    return toAccount(await this.users.findById(userId));
  }

  async getMe(userId: number): Promise<UserDto> {
    const user = await this.users.findById(userId);
    if (!user) throw notFound('user');
    return toUserDto(user);
  }

  /** The active users among `userIds`; the others are left out. */
  async listCards(userIds: number[]): Promise<UserCardDto[]> {
    return (await this.users.listActive(userIds)).map(toUserCard);
  }

  /** The active users of these names, in whatever case; the others are left out. */
  async listCardsByName(usernames: string[]): Promise<UserCardDto[]> {
    const composed = usernames.map((name) => name.normalize('NFC'));
    return (await this.users.listActiveByName(composed)).map(toUserCard);
  }

  /** Cards of all that there are or were: active users, and tombstones of deleted ones. */
  async listCardsAndTombstones(userIds: number[]): Promise<UserCardDto[]> {
    const [active, deleted] = await Promise.all([
      this.users.listActive(userIds),
      this.users.listDeletedIds(userIds),
    ]);
    return [...active.map(toUserCard), ...deleted.map(toTombstone)];
  }
}

const toAccount = (user: User | null): Account | null =>
  user && {
    user: toUserDto(user),
    roles: user.roles.map(({ name }) => name),
    passwordHash: user.passwordHash,
  };

/** CONFLICT naming the field, when it is taken. */
async function refusingTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof TakenError)) throw error;
    throw new AppError('CONFLICT', error.message, [{ field: error.field, message: 'is taken' }]);
  }
}
