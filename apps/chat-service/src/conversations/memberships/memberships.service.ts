import { Injectable } from '@nestjs/common';
import type { Membership } from './membership';
import { MembershipRepository } from './membership.repository';

/** Who is in which conversation since when. May lag behind the log for as long as a projection takes; rights never rest on it. */
@Injectable()
export class MembershipsService {
  constructor(private readonly memberships: MembershipRepository) {}

  /** The conversations that the user is in. */
  idsOf(userId: number): Promise<string[]> {
    return this.memberships.listIdsOf(userId, false);
  }

  /** Where these users are. */
  listOfUsers(userIds: readonly number[]): Promise<Membership[]> {
    return this.memberships.listOfUsers(userIds);
  }

  /** Also those that the user has left: what they wrote there is still theirs. */
  everIdsOf(userId: number): Promise<string[]> {
    return this.memberships.listIdsOf(userId, true);
  }

  countOf(userId: number): Promise<number> {
    return this.memberships.countOf(userId);
  }

  listIn(conversationId: string, userIds: readonly number[]): Promise<Membership[]> {
    return this.memberships.listIn(conversationId, userIds);
  }

  listOf(userId: number, conversationIds: readonly string[]): Promise<Membership[]> {
    return this.memberships.listOf(userId, conversationIds);
  }
}
