import { Injectable } from '@nestjs/common';
import { AppError, badRequest } from '@app/contracts';
import { ChatConfig } from '../config';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { PeopleService } from '../people/people.service';
import { UserDirectory } from '../users/user-directory';

/** Who may be brought into a conversation, besides what the policy says of the one who brings them. `field` names them in refusals. */
@Injectable()
export class Additions {
  constructor(
    private readonly users: UserDirectory,
    private readonly people: PeopleService,
    private readonly memberships: MembershipsService,
    private readonly config: ChatConfig,
  ) {}

  /** They exist, nobody blocks anybody, and none of them is in too many conversations already. */
  async assertMayBeAdded(callerId: number, userIds: readonly number[], field: string): Promise<void> {
    await this.users.assertKnown([...userIds], field);
    await this.assertNoneApart(callerId, userIds, field);
    await this.assertRoomFor(userIds, field);
  }

  /** Nobody brings people into a conversation who block them, or whom they block. */
  async assertNoneApart(callerId: number, userIds: readonly number[], field: string): Promise<void> {
    if (!(await this.people.isApartFromAny(callerId, userIds))) return;
    // Neither who it is nor which of the two blocks: the wish not to be found out is part of a block.
    throw refusal('FORBIDDEN', field, 'must not name users with whom you are not on talking terms');
  }

  /**
   * None of them is in as many conversations as one can be. Of several joinings of one user at once, all may see the last
   * place: conversations have no order among each other, and a place that is taken before the log and given back behind a
   * refusal would be lost with the process that held it. The limit keeps lists small; one more does no harm.
   */
  async assertRoomFor(userIds: readonly number[], field: string): Promise<void> {
    const limit = this.config.MAX_CONVERSATIONS_PER_USER;
    const full = await this.memberships.listFull(userIds, limit);
    if (full.length === 0) return;
    throw refusal(
      'CONFLICT',
      field,
      `must not name users who are in ${limit} conversations, the most that one can be in: ${full.slice(0, 10).join(', ')}`,
    );
  }

  assertFits(members: number, field: string): void {
    const limit = this.config.MAX_GROUP_SIZE;
    if (members > limit) throw badRequest(field, `must leave the conversation with at most ${limit} members`);
  }
}

const refusal = (code: 'FORBIDDEN' | 'CONFLICT', field: string, message: string) =>
  new AppError(code, `${field} ${message}`, [{ field, message }]);
