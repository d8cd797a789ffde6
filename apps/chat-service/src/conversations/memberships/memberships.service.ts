import { Injectable } from '@nestjs/common';
import type { ConversationState } from '../state/conversation-state';
import type { Membership } from './membership';
import { MembershipRepository, type IdRange } from './membership.repository';

/** Who is in which conversation since when. May lag behind the log for as long as a projection takes; rights never rest on it. */
@Injectable()
export class MembershipsService {
  constructor(private readonly memberships: MembershipRepository) {}

  /** The conversations that the user is in. */
  idsOf(userId: number): Promise<string[]> {
    return this.memberships.listIdsOf(userId, false);
  }

  /** Those that the user is in, of a range of ids or of these. */
  idsWithin(userId: number, within: IdRange | readonly string[]): Promise<string[]> {
    return this.memberships.listIdsWithin(userId, within);
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

  /** Those of the users who are in as many conversations as `limit`, or more. */
  listFull(userIds: readonly number[], limit: number): Promise<number[]> {
    return userIds.length === 0 ? Promise.resolve([]) : this.memberships.listFull(userIds, limit);
  }

  /** Deletes what a private conversation holds up to `seq`, for one of the two. False when that was done already. */
  clear(conversationId: string, userId: number, seq: number, clientId?: string): Promise<boolean> {
    return this.memberships.clear(conversationId, userId, seq, clientId);
  }

  /** Conversation → how far the user has deleted it for themself. */
  listCleared(userId: number): Promise<Map<string, number>> {
    return this.memberships.listCleared(userId);
  }

  /** How far the user has deleted the conversation for themself; only a private one can be. */
  async clearedBy(userId: number, { id, type }: Pick<ConversationState, 'id' | 'type'>): Promise<number> {
    if (type !== 'private') return 0;
    return (await this.memberships.listIn(id, [userId]))[0]?.clearedSeq ?? 0;
  }

  /** Conversation → how far the user has deleted it for themself, of these; only private ones can be. */
  async clearedIn(
    userId: number,
    conversations: readonly Pick<ConversationState, 'id' | 'type'>[],
  ): Promise<Map<string, number>> {
    const ids = conversations.flatMap(({ id, type }) => (type === 'private' ? [id] : []));
    const own = ids.length === 0 ? [] : await this.memberships.listOf(userId, ids);
    return new Map(own.map(({ conversationId, clearedSeq }) => [conversationId, clearedSeq]));
  }

  listIn(conversationId: string, userIds: readonly number[]): Promise<Membership[]> {
    return this.memberships.listIn(conversationId, userIds);
  }

  listOf(userId: number, conversationIds: readonly string[]): Promise<Membership[]> {
    return this.memberships.listOf(userId, conversationIds);
  }
}
