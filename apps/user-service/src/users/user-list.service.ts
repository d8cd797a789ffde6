import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  type AdminUserDto,
  type ListUsersDto,
  type Page,
  type UserCardDto,
} from '@app/contracts';
import type { Principal } from '@app/platform';
import { isAdmin } from './roles-of-caller';
import { wordsOf } from './search-text';
import { UserListRepository } from './user-list.repository';
import { cursorOf, placeOf, type UserFilter } from './user-query';
import { toAdminUser, toUserCard } from './user-views';

const DEFAULT_LIMIT = 20;
/** Each word of a search is a walk through an index. */
const MAX_WORDS = 8;

/** Who is found by whom: email, phone, status and roles are for admins, lest members collect addresses. */
@Injectable()
export class UserListService {
  constructor(private readonly users: UserListRepository) {}

  /** Throws FORBIDDEN for a filter that is not the caller's, BAD_REQUEST naming what makes no sense. */
  async list(caller: Principal, query: ListUsersDto): Promise<Page<UserCardDto | AdminUserDto>> {
    const admin = isAdmin(caller);
    if (!admin) refuseFilters(query);
    const { page = 1, limit = DEFAULT_LIMIT, cursor } = query;
    if (cursor !== undefined && query.page !== undefined)
      throw badRequest('page', 'and cursor exclude each other');
    const filter = filterOf(query, admin);
    const from = cursor === undefined ? { skip: (page - 1) * limit } : { after: placeOf(cursor, filter) };
    const { users, last, total } = await this.users.list(filter, { limit, ...from });
    return {
      items: users.map((user): UserCardDto | AdminUserDto => (admin ? toAdminUser(user) : toUserCard(user))),
      next: last && cursorOf(last, filter),
      total,
    };
  }
}

function filterOf(query: ListUsersDto, admin: boolean): UserFilter {
  const { status, role, sortBy = 'username', sortOrder = 'asc' } = query;
  const search = query.search?.trim() === '' ? undefined : query.search;
  if (search !== undefined && wordsOf(search).length > MAX_WORDS) {
    throw badRequest('search', `must hold at most ${MAX_WORDS} words`);
  }
  return { search, searchEverything: admin, status: admin ? status : 'active', role, sortBy, sortOrder };
}

function refuseFilters(query: ListUsersDto): void {
  for (const field of ['status', 'role'] as const) {
    if (query[field] !== undefined)
      throw new AppError('FORBIDDEN', `${field} is for admins`, [{ field, message: 'is for admins' }]);
  }
}
