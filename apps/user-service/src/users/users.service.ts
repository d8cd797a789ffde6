import { Injectable } from '@nestjs/common';
import { AppError, notFound, type UserCardDto, type UserDto } from '@app/contracts';
import type { User } from './user.entity';
import { TakenError, UserRepository, type NewUser } from './user.repository';
import { toUserCard, toUserDto } from './user-views';

/** What signing in needs to know of a user. The hash stays in this process. */
export interface Account {
  user: UserDto;
  roles: string[];
  passwordHash: string;
}

@Injectable()
export class UsersService {
  constructor(private readonly users: UserRepository) {}

  /** Throws CONFLICT naming the field that is taken. */
  async create(fields: NewUser): Promise<UserDto> {
    try {
      return toUserDto(await this.users.insert(fields));
    } catch (error) {
      if (!(error instanceof TakenError)) throw error;
      throw new AppError('CONFLICT', error.message, [{ field: error.field, message: 'is taken' }]);
    }
  }

  async findAccountByIdentifier(identifier: string): Promise<Account | null> {
    return toAccount(await this.users.findByIdentifier(identifier));
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

  /** Stores the same password under today's hash parameters. */
  upgradeHash({ user, passwordHash }: Account, upgraded: string): Promise<void> {
    return this.users.replacePasswordHash(user.user_id, passwordHash, upgraded);
  }
}

const toAccount = (user: User | null): Account | null =>
  user && {
    user: toUserDto(user),
    roles: user.roles.map(({ name }) => name),
    passwordHash: user.passwordHash,
  };
