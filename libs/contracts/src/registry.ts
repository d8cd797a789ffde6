import * as account from './account/account.contracts';
import * as accountExport from './account/export.contracts';
import * as audit from './audit/audit.contracts';
import * as securityNotices from './audit/security-notice.contracts';
import * as auth from './auth/auth.contracts';
import * as blocks from './blocks/block.contracts';
import * as contacts from './contacts/contact.contracts';
import * as recovery from './auth/recovery.contracts';
import * as conversationChanges from './conversations/change.contracts';
import * as conversations from './conversations/conversation.contracts';
import * as channels from './channels/channel.contracts';
import * as conversationSettings from './conversation-settings/settings.contracts';
import * as conversationRoutes from './conversations/conversation.routes';
import type { IntegrationEvent, Namespace, Route } from './core/contract';
import * as files from './files/file.contracts';
import * as infra from './core/infra.contracts';
import * as codes from './joining/code.contracts';
import * as invites from './joining/invite.contracts';
import * as liveRooms from './live-rooms/live-room.contracts';
import * as memberRoutes from './members/member.routes';
import * as members from './members/member.contracts';
import * as forwards from './forwards/forward.contracts';
import * as messages from './messages/message.contracts';
import * as messageRoutes from './messages/message.routes';
import * as notifications from './notifications/notification.contracts';
import * as notificationPreferences from './notifications/preferences.contracts';
import * as push from './notifications/push.contracts';
import * as broadcast from './notifications/broadcast.contracts';
import * as digests from './notifications/digest.contracts';
import * as pins from './pins/pin.contracts';
import * as ping from './ping/ping.contracts';
import * as presence from './presence/presence.contracts';
import * as privacy from './privacy/privacy.contracts';
import * as receipts from './receipts/receipt.contracts';
import * as receiptRoutes from './receipts/receipt.routes';
import * as reactions from './reactions/reaction.contracts';
import * as invitationEvents from './requests/invitation-events.contracts';
import * as requests from './requests/request.contracts';
import * as roles from './roles/role.contracts';
import * as search from './search/search.contracts';
import * as sessions from './sessions/session.contracts';
import * as oidc from './oidc/oidc.contracts';
import * as secondFactor from './second-factor/second-factor.contracts';
import * as threads from './threads/thread.contracts';
import * as disappearing from './disappearing/disappearing.contracts';
import * as drafts from './drafts/draft.contracts';
import * as scheduled from './scheduled/scheduled.contracts';
import * as sync from './sync/sync.contracts';
import * as typing from './typing/typing.contracts';
import * as unread from './unread/unread.contracts';
import * as users from './users/user.contracts';

/** All that is said on the wire. A contract that is exported by its feature stands here by itself. */
const everything = [
  account,
  accountExport,
  auth,
  recovery,
  sessions,
  secondFactor,
  oidc,
  roles,
  audit,
  securityNotices,
  users,
  contacts,
  blocks,
  privacy,
  presence,
  ping,
  conversations,
  conversationRoutes,
  conversationChanges,
  members,
  memberRoutes,
  codes,
  invites,
  channels,
  requests,
  invitationEvents,
  conversationSettings,
  liveRooms,
  messages,
  receipts,
  receiptRoutes,
  unread,
  search,
  messageRoutes,
  reactions,
  pins,
  threads,
  forwards,
  typing,
  drafts,
  scheduled,
  disappearing,
  sync,
  files,
  notifications,
  notificationPreferences,
  push,
  broadcast,
  digests,
  infra,
].flatMap((module) => Object.values(module as Record<string, unknown>));

const ofKind = <T>(kind: string, list: unknown[] = everything) =>
  list.filter(
    (value) => typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind,
  ) as T[];

export const routes = ofKind<Route<never, never, never>>('route');
export const integrationEvents = ofKind<IntegrationEvent<never>>('integration');

/** Where clients without Socket.IO find a namespace. */
const PLAIN_PATHS: Record<string, string> = { '/chat': '/ws' };

const namespace = (
  name: Namespace['name'],
  path: string,
  summary: string,
  ...modules: object[]
): Namespace => {
  const list = modules.flatMap((module) => Object.values(module as Record<string, unknown>));
  const plainPath = PLAIN_PATHS[name];
  return {
    name,
    path,
    ...(plainPath !== undefined && { plainPath }),
    summary,
    client: ofKind('client', list),
    server: ofKind('server', list),
  };
};

export const chatNamespace = namespace(
  '/chat',
  '/socket.io',
  'Conversations and messages, live.',
  conversations,
  conversationChanges,
  members,
  codes,
  invites,
  channels,
  requests,
  conversationSettings,
  liveRooms,
  messages,
  receipts,
  unread,
  search,
  reactions,
  pins,
  threads,
  forwards,
  typing,
  drafts,
  scheduled,
  disappearing,
  sync,
  presence,
  ping,
  blocks,
  sessions,
  infra,
);

export const notificationsNamespace = namespace(
  '/notifications',
  '/notifications/socket.io',
  'Notifications, live. It has an endpoint of its own: io(origin + "/notifications", { path: "/notifications/socket.io" }).',
  notifications,
  sessions,
  infra,
);

export const namespaces = [chatNamespace, notificationsNamespace];
