import { conversationExample } from '../conversations/conversation.contracts';
import { download, one, route } from '../core/contract';
import { draftExample } from '../drafts/draft.contracts';
import { fileExample } from '../files/file.contracts';
import { messageExample } from '../messages/message.examples';
import { notificationExample } from '../notifications/notification.contracts';
import { preferencesExample } from '../notifications/preferences.contracts';
import { pushDeliveryExample, pushSubscriptionExample } from '../notifications/push.contracts';
import { scheduledExample } from '../scheduled/scheduled.contracts';
import { userExample } from '../users/user.contracts';
import {
  AccountExportDto,
  ExportPartDto,
  ExportedConversationSettingsDto,
  ExportedConversationsDto,
  ExportedDraftsDto,
  ExportedFilesDto,
  ExportedHiddenMessagesDto,
  ExportedMessagesDto,
  ExportedNotificationPreferencesDto,
  ExportedNotificationsDto,
  ExportedPushDeliveriesDto,
  ExportedPushSubscriptionsDto,
  ExportedReactionsDto,
  ExportedReceiptsDto,
  ExportedScheduledMessagesDto,
} from './export.dto';
import type {
  ExportedHiddenMessageDto,
  ExportedMessageDto,
  ExportedPreferencesDto,
  ExportedPushSubscriptionDto,
  ExportedReactionDto,
  ExportedReceiptDto,
  ExportedSettingsDto,
} from './export-entries.dto';

const { _id, conversation_id, seq, content, type, attachments, reply_to, created_at } = messageExample;
const message: ExportedMessageDto = {
  ...{ _id, conversation_id, seq, content, type, attachments, reply_to, created_at },
  edited_at: null,
  deleted_at: null,
};
const receipt: ExportedReceiptDto = { conversation_id, read_seq: 42, read_at: '2026-01-01T00:02:00.000Z' };
const reaction: ExportedReactionDto = { message_id: _id, conversation_id, emoji: '👍' };
const hidden: ExportedHiddenMessageDto = {
  message_id: _id,
  conversation_id,
  hidden_at: '2026-01-01T00:02:00.000Z',
};
const settings: ExportedSettingsDto = {
  conversation_id,
  muted: false,
  mutedUntil: null,
  notify: 'all',
  pinned: true,
  archived: false,
  nicknames: { '2': 'Bobby' },
};
const preferences: ExportedPreferencesDto = {
  ...preferencesExample,
  lastDigestAt: '2026-01-01T08:00:00.000Z',
};
const device: ExportedPushSubscriptionDto = {
  ...pushSubscriptionExample,
  host: 'push.example.com',
  ending: '9aLw',
};
const body = { userId: 1 };

export const exportMe = route('GET /users/me/export', {
  tag: 'users',
  summary:
    'All that is held about the caller, as one JSON file. It is written while it is read; `complete` stands last in a whole one.',
  access: 'user',
  result: download(AccountExportDto),
  example: {
    result: {
      format: 1,
      exported_at: '2026-01-01T00:00:00.000Z',
      account: userExample,
      roles: [{ name: 'member', assigned_at: '2026-01-01T00:00:00.000Z' }],
      sessions: [{ address: '203.0.113.7', device: 'Mozilla/5.0', created_at: '2026-01-01T00:00:00.000Z' }],
      second_factor: [],
      identities: [],
      contacts: [{ user_id: 2, since: '2026-01-01T00:00:00.000Z' }],
      contact_requests: [],
      blocks: [],
      privacy: [],
      security_events: [{ kind: 'session.started', at: '2026-01-01T00:00:00.000Z' }],
      conversations: [conversationExample],
      messages: [message],
      receipts: [receipt],
      reactions: [reaction],
      hidden_messages: [hidden],
      conversation_settings: [settings],
      drafts: [draftExample],
      scheduled_messages: [scheduledExample],
      files: [fileExample],
      notifications: [notificationExample],
      notification_preferences: [preferences],
      push_subscriptions: [device],
      push_deliveries: [pushDeliveryExample],
      complete: true,
    },
  },
});

/** The parts that other services hold; not routed by the gateway. */
export const exportConversations = route('POST /internal/exports/conversations', {
  tag: 'internal-chat',
  summary: 'The conversations that a user is in.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedConversationsDto),
  example: { body, result: { entries: [conversationExample], next: null } },
});

export const exportMessages = route('POST /internal/exports/messages', {
  tag: 'internal-chat',
  summary: 'The messages that a user has sent.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedMessagesDto),
  example: { body, result: { entries: [message], next: null } },
});

export const exportReceipts = route('POST /internal/exports/receipts', {
  tag: 'internal-chat',
  summary: 'How far a user has read.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedReceiptsDto),
  example: { body, result: { entries: [receipt], next: null } },
});

export const exportReactions = route('POST /internal/exports/reactions', {
  tag: 'internal-chat',
  summary: 'What a user has reacted to.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedReactionsDto),
  example: { body, result: { entries: [reaction], next: null } },
});

export const exportHiddenMessages = route('POST /internal/exports/hidden-messages', {
  tag: 'internal-chat',
  summary: 'The messages that a user has deleted for themself.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedHiddenMessagesDto),
  example: { body, result: { entries: [hidden], next: null } },
});

export const exportConversationSettings = route('POST /internal/exports/conversation-settings', {
  tag: 'internal-chat',
  summary: 'What a user has set for conversations.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedConversationSettingsDto),
  example: { body, result: { entries: [settings], next: null } },
});

export const exportDrafts = route('POST /internal/exports/drafts', {
  tag: 'internal-chat',
  summary: 'What a user has typed and not sent.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedDraftsDto),
  example: { body, result: { entries: [draftExample], next: null } },
});

export const exportFiles = route('POST /internal/exports/files', {
  tag: 'internal-chat',
  summary: 'The files that a user has uploaded.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedFilesDto),
  example: { body, result: { entries: [fileExample], next: null } },
});

export const exportScheduledMessages = route('POST /internal/exports/scheduled-messages', {
  tag: 'internal-chat',
  summary: 'What a user wants to be sent later.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedScheduledMessagesDto),
  example: { body, result: { entries: [scheduledExample], next: null } },
});

export const exportNotifications = route('POST /internal/exports/notifications', {
  tag: 'internal-notifications',
  summary: 'The notifications of a user.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedNotificationsDto),
  example: { body, result: { entries: [notificationExample], next: null } },
});

export const exportNotificationPreferences = route('POST /internal/exports/notification-preferences', {
  tag: 'internal-notifications',
  summary: 'How a user wants to be told of what, and how far their digests are.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedNotificationPreferencesDto),
  example: { body, result: { entries: [preferences], next: null } },
});

export const exportPushSubscriptions = route('POST /internal/exports/push-subscriptions', {
  tag: 'internal-notifications',
  summary: 'The devices of a user that pushes may go to, without what one needs to push to them.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedPushSubscriptionsDto),
  example: { body, result: { entries: [device], next: null } },
});

export const exportPushDeliveries = route('POST /internal/exports/push-deliveries', {
  tag: 'internal-notifications',
  summary: 'What became of pushes to a user.',
  access: 'service',
  body: ExportPartDto,
  result: one(ExportedPushDeliveriesDto),
  example: { body, result: { entries: [pushDeliveryExample], next: null } },
});
