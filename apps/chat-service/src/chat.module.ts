import { Module } from '@nestjs/common';
import { MissedDepartures } from '@app/messaging';
import { ChannelsController } from './channels/channels.controller';
import { ChannelsGateway } from './channels/channels.gateway';
import { ChannelsService } from './channels/channels.service';
import { QuietMembers } from './conversation-settings/quiet-members';
import { SettingsController } from './conversation-settings/settings.controller';
import { SettingsGateway } from './conversation-settings/settings.gateway';
import { SettingsRepository } from './conversation-settings/settings.repository';
import { SettingsService } from './conversation-settings/settings.service';
import { ConversationViews } from './conversations/conversation-views';
import { CodeRepository } from './joining/code.repository';
import { CodesOfConversations } from './joining/codes-of-conversations';
import { CodesService } from './joining/codes.service';
import { InviteRepository } from './joining/invite.repository';
import { InvitesService } from './joining/invites.service';
import { JoiningController } from './joining/joining.controller';
import { JoiningGateway } from './joining/joining.gateway';
import { JoiningService } from './joining/joining.service';
import { JoinTriesRepository } from './joining/join-tries.repository';
import { BeginningOutbox } from './conversations/beginning-outbox';
import { ConversationDirectory } from './conversations/conversation-directory';
import { InvitationsService } from './requests/invitations.service';
import { RequestsController } from './requests/requests.controller';
import { RequestsGateway } from './requests/requests.gateway';
import { RequestsService } from './requests/requests.service';
import { ConversationActivity } from './conversations/conversation-activity';
import { ConversationChangesService } from './conversations/conversation-changes.service';
import { ConversationCommands } from './conversations/conversation-commands';
import { ConversationCreation } from './conversations/conversation-creation';
import { ConversationList } from './conversations/conversation-list';
import { ConversationRepository } from './conversations/conversation.repository';
import { ConversationsController } from './conversations/conversations.controller';
import { ConversationPolicy } from './conversations/policy/conversation-policy';
import { ConversationsGateway } from './conversations/conversations.gateway';
import { ConversationsService } from './conversations/conversations.service';
import { JoinedPlaces } from './conversations/memberships/joined-places';
import { MembershipRepository } from './conversations/memberships/membership.repository';
import { MembershipsService } from './conversations/memberships/memberships.service';
import { ConversationProjection } from './conversations/state/conversation-projection';
import { ProjectionSweeper } from './conversations/state/projection-sweeper';
import { ConversationStates } from './conversations/state/conversation-states';
import { DepartedUserRepository } from './departures/departed-user.repository';
import { DepartedUsers } from './departures/departed-users';
import { DeparturesConsumer } from './departures/departures.consumer';
import { DeparturesService } from './departures/departures.service';
import { DisappearingController } from './disappearing/disappearing.controller';
import { DisappearingGateway } from './disappearing/disappearing.gateway';
import { DisappearingService } from './disappearing/disappearing.service';
import { Expiry } from './disappearing/expiry';
import { DraftRepository } from './drafts/draft.repository';
import { DraftsController } from './drafts/drafts.controller';
import { DraftsGateway } from './drafts/drafts.gateway';
import { DraftsService } from './drafts/drafts.service';
import { ExportsController } from './exports/exports.controller';
import { ExportsService } from './exports/exports.service';
import { LeaseRepository } from './leases/lease.repository';
import { LeasedWork } from './leases/leased-work';
import { fileControllers, fileProviders } from './files/file-features';
import { MessageFeed } from './feed/message-feed';
import { TailProbe } from './feed/tail-probe';
import { LiveRoomsController } from './live-rooms/live-rooms.controller';
import { LiveRoomsGateway } from './live-rooms/live-rooms.gateway';
import { LiveRoomsService } from './live-rooms/live-rooms.service';
import { Readers } from './live-rooms/readers';
import { RoomAnnouncer } from './live-rooms/room-announcer';
import { RoomKeeper } from './live-rooms/room-keeper';
import { RoomVisitRepository } from './live-rooms/room-visit.repository';
import { VisitWriter } from './live-rooms/visit-writer';
import { Additions } from './members/additions';
import { MemberEvents } from './members/member-events';
import { MemberList } from './members/member-list';
import { MembersController } from './members/members.controller';
import { MembersGateway } from './members/members.gateway';
import { MembersService } from './members/members.service';
import { MembershipEnds } from './members/membership-ends';
import { messageControllers, messageProviders } from './message-features';
import { MessageReader } from './log/message-reader';
import { OutboxEntries } from './log/outbox-entries';
import { BlocksGateway } from './people/blocks.gateway';
import { BlocksService } from './people/blocks.service';
import { PeopleEventsConsumer } from './people/people-events.consumer';
import { PeopleRepository } from './people/people.repository';
import { PeopleService } from './people/people.service';
import { PingGateway } from './ping/ping.gateway';
import { LastSeenReports } from './presence/last-seen-reports';
import { LocalPresence } from './presence/local-presence';
import { PresenceController } from './presence/presence.controller';
import { PresenceGateway } from './presence/presence.gateway';
import { PresenceKeeper } from './presence/presence-keeper';
import { PresenceRepository } from './presence/presence.repository';
import { PresenceService } from './presence/presence.service';
import { LargeConversations } from './receipts/large-conversations';
import { ReceiptNotices } from './receipts/receipt-notices';
import { ReceiptViews } from './receipts/receipt-views';
import { ReceiptRepository } from './receipts/receipt.repository';
import { ReceiptsController } from './receipts/receipts.controller';
import { ReceiptsGateway } from './receipts/receipts.gateway';
import { ReceiptsService } from './receipts/receipts.service';
import { DueConversations } from './search/indexer/due-conversations';
import { SearchIndexer } from './search/indexer/search-indexer';
import { SearchPatrol } from './search/indexer/search-patrol';
import { SearchProgressRepository } from './search/indexer/search-progress.repository';
import { SearchWriter } from './search/indexer/search-writer';
import { MessageTexts } from './search/message-texts';
import { SearchController } from './search/search.controller';
import { SearchEntryRepository } from './search/search-entry.repository';
import { SearchGateway } from './search/search.gateway';
import { SearchRun } from './search/search-run';
import { SearchService } from './search/search.service';
import { SearchVisibility } from './search/search-visibility';
import { SearchWalks } from './search/walk';
import { ScheduledController } from './scheduled/scheduled.controller';
import { ScheduledGateway } from './scheduled/scheduled.gateway';
import { ScheduledRepository } from './scheduled/scheduled.repository';
import { ScheduledSender } from './scheduled/scheduled-sender';
import { ScheduledService } from './scheduled/scheduled.service';
import { SyncController } from './sync/sync.controller';
import { SyncGateway } from './sync/sync.gateway';
import { SyncService } from './sync/sync.service';
import { TypingGateway } from './typing/typing.gateway';
import { TypingService } from './typing/typing.service';
import { OwnMessages } from './unread/own-messages';
import { RecentChanges } from './unread/recent-changes';
import { UnreadController } from './unread/unread.controller';
import { UnreadCounter } from './unread/unread-counter';
import { UnreadGateway } from './unread/unread.gateway';
import { UnreadPush } from './unread/unread-push';
import { UnreadReader } from './log/unread-reader';
import { UnreadService } from './unread/unread.service';
import { Senders } from './users/senders';
import { UserDirectory } from './users/user-directory';
import { Usernames } from './users/usernames';
import { WsDocsController } from './ws-docs/ws-docs.controller';

/** The features of the chat service. They meet at their services, so one module holds them. */
@Module({
  controllers: [
    UnreadController,
    ChannelsController,
    JoiningController,
    RequestsController,
    SettingsController,
    ConversationsController,
    DeparturesConsumer,
    DisappearingController,
    DraftsController,
    ExportsController,
    LiveRoomsController,
    MembersController,
    PeopleEventsConsumer,
    PresenceController,
    ScheduledController,
    SyncController,
    ReceiptsController,
    SearchController,
    WsDocsController,
    ...fileControllers,
    // Behind those whose paths begin alike: `/messages/:id` would take `/messages/search`.
    ...messageControllers,
  ],
  providers: [
    ...messageProviders,
    ...fileProviders,
    BeginningOutbox,
    ChannelsGateway,
    ChannelsService,
    CodeRepository,
    CodesOfConversations,
    CodesService,
    ConversationDirectory,
    ConversationViews,
    InvitationsService,
    InviteRepository,
    InvitesService,
    JoiningGateway,
    JoiningService,
    JoinTriesRepository,
    RequestsGateway,
    RequestsService,
    QuietMembers,
    SettingsGateway,
    SettingsRepository,
    SettingsService,
    ConversationStates,
    ConversationProjection,
    ProjectionSweeper,
    ConversationActivity,
    ConversationPolicy,
    Additions,
    ConversationChangesService,
    ConversationCommands,
    ConversationCreation,
    MemberEvents,
    MemberList,
    MembersGateway,
    MembersService,
    MembershipEnds,
    ConversationList,
    MembershipRepository,
    MembershipsService,
    ConversationRepository,
    ConversationsGateway,
    ConversationsService,
    DepartedUserRepository,
    DepartedUsers,
    DeparturesService,
    MissedDepartures,
    DisappearingGateway,
    DisappearingService,
    Expiry,
    DraftRepository,
    DraftsGateway,
    DraftsService,
    LeaseRepository,
    LeasedWork,
    ExportsService,
    MessageFeed,
    TailProbe,
    MessageReader,
    OutboxEntries,
    BlocksGateway,
    BlocksService,
    PeopleRepository,
    PeopleService,
    LastSeenReports,
    LocalPresence,
    LiveRoomsGateway,
    LiveRoomsService,
    Readers,
    RoomAnnouncer,
    RoomKeeper,
    RoomVisitRepository,
    VisitWriter,
    PingGateway,
    PresenceGateway,
    PresenceKeeper,
    PresenceRepository,
    PresenceService,
    ReceiptNotices,
    ReceiptRepository,
    ReceiptViews,
    ReceiptsGateway,
    ReceiptsService,
    DueConversations,
    MessageTexts,
    SearchEntryRepository,
    SearchGateway,
    SearchIndexer,
    SearchPatrol,
    SearchProgressRepository,
    SearchRun,
    SearchService,
    SearchVisibility,
    SearchWalks,
    SearchWriter,
    ScheduledGateway,
    ScheduledRepository,
    ScheduledSender,
    ScheduledService,
    SyncGateway,
    SyncService,
    TypingGateway,
    TypingService,
    JoinedPlaces,
    LargeConversations,
    OwnMessages,
    RecentChanges,
    UnreadCounter,
    UnreadGateway,
    UnreadPush,
    UnreadReader,
    UnreadService,
    Senders,
    UserDirectory,
    Usernames,
  ],
})
export class ChatModule {}
