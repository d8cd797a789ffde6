import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { unavailable, type UserDeletedDto } from '@app/contracts';
import { MissedDepartures, type DepartureKeeper } from '@app/messaging';
import { Logger } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { ChatConfig } from '../config';
import { SettingsService } from '../conversation-settings/settings.service';
import { MembershipsService } from '../conversations/memberships/memberships.service';
import { LiveRoomsService } from '../live-rooms/live-rooms.service';
import { MembershipEnds } from '../members/membership-ends';
import { FilesService } from '../files/files.service';
import { DraftsService } from '../drafts/drafts.service';
import { HiddenMessages } from '../hidden/hidden-messages';
import { MessageErasure } from '../messages/message-erasure';
import { PeopleService } from '../people/people.service';
import { PresenceService } from '../presence/presence.service';
import { OwnReactions } from '../reactions/own-reactions';
import { ReceiptsService } from '../receipts/receipts.service';
import { ScheduledService } from '../scheduled/scheduled.service';
import { UserDirectory } from '../users/user-directory';
import { DepartedUserRepository } from './departed-user.repository';
import { DepartedUsers } from './departed-users';

/**
 * What becomes of a user's traces in conversations when the account is deleted. Messages keep their place and their text,
 * under a number that no longer leads to a person; files, earlier wordings, reactions, watermarks and the name go.
 */
@Injectable()
export class DeparturesService implements OnModuleInit, OnApplicationBootstrap, DepartureKeeper {
  private readonly logger: Logger;

  constructor(
    private readonly departed: DepartedUsers,
    private readonly memberships: MembershipsService,
    private readonly membershipEnds: MembershipEnds,
    private readonly messages: MessageErasure,
    private readonly receipts: ReceiptsService,
    private readonly people: PeopleService,
    private readonly settings: SettingsService,
    private readonly presence: PresenceService,
    private readonly rooms: LiveRoomsService,
    private readonly reactions: OwnReactions,
    private readonly hidden: HiddenMessages,
    private readonly files: FilesService,
    private readonly drafts: DraftsService,
    private readonly scheduled: ScheduledService,
    private readonly users: UserDirectory,
    private readonly broadcaster: Broadcaster,
    private readonly done: DepartedUserRepository,
    private readonly missed: MissedDepartures,
    private readonly config: ChatConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ context: 'Departures' });
  }

  onModuleInit(): void {
    this.departed.onDeparture((userId) => this.users.forget(userId));
  }

  onApplicationBootstrap(): void {
    this.missed.watch(this, this.config.USER_SERVICE_URL);
  }

  latestFinished(): Promise<Date | null> {
    return this.done.latestFinished();
  }

  unfinished(userIds: number[]): Promise<number[]> {
    return this.done.unfinished(userIds);
  }

  /** Safe to repeat, and to begin again where a process died. Throws UNAVAILABLE when it is to be tried again later. */
  async depart({ userId, at }: UserDeletedDto): Promise<void> {
    try {
      await this.departed.mark(userId, new Date(at));
      const conversationIds = await this.memberships.everIdsOf(userId);
      const files = await this.messages.removeFilesAndEdits(userId, conversationIds);
      await this.files.removeAllOf(userId);
      const left = await this.membershipEnds.endAllOf(userId);
      await this.people.removeAllOf(userId);
      await this.settings.removeAllOf(userId);
      await this.presence.removeAllOf(userId);
      await this.rooms.removeAllOf(userId);
      const reactions = await this.reactions.removeAllOf(userId);
      await this.hidden.removeAllOf(userId);
      await this.drafts.removeAllOf(userId);
      await this.scheduled.removeAllOf(userId);
      const receipts = await this.receipts.removeAllOf(userId, conversationIds);
      this.logger.info('a user has left', {
        userId,
        conversations: conversationIds.length,
        left,
        files,
        reactions,
        receipts,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.logger.warn('a departure is tried again', { userId, reason });
      throw unavailable('the message store');
    }
    // The end of the sessions is on its way as well; until it is here, an open socket could add to what was just removed.
    if ((await this.broadcaster.online([userId])).length > 0) throw unavailable('the end of the sessions');
    await this.done.finish(userId).catch(() => undefined);
  }
}
