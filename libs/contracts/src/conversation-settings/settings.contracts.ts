import { ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, one, route, serverEvent } from '../core/contract';
import { messageExample } from '../messages/message.examples';
import {
  ArchiveBodyDto,
  ArchiveConversationDto,
  ConversationArchivedDto,
  ConversationMutedDto,
  ConversationNicknamedDto,
  ConversationPinnedDto,
  ConversationSettingsDto,
  MuteBodyDto,
  MuteConversationDto,
  NicknameBodyDto,
  NicknameDto,
  PinBodyDto,
  PinConversationDto,
} from './settings.dto';

const conversationId = messageExample.conversation_id;
const muteUntil = '2099-01-01T00:00:00.000Z';
const settings: ConversationSettingsDto = {
  muted: false,
  mutedUntil: null,
  notify: 'all',
  pinned: false,
  archived: false,
  nicknames: {},
};
const muted = { ...settings, muted: true, mutedUntil: muteUntil, notify: 'nothing' as const };
const pinned = { ...settings, pinned: true };
const archived = { ...settings, archived: true };
const nicknamed = { ...settings, nicknames: { '2': 'Bobby' } };

const MUTE =
  "Mute a conversation for oneself, for good or until a time, or end that. The answer is all of the caller's settings.";
const PIN = 'Keep a conversation at the top of the own list, or no longer.';
const ARCHIVE = 'Take a conversation out of the own list, or put it back.';
const NICKNAME = 'Call a member by another name, for oneself alone; null takes it back.';

export const muteConversation = clientEvent('conversation:mute', {
  summary: MUTE,
  payload: MuteConversationDto,
  ack: one(ConversationSettingsDto),
  example: { payload: { conversationId, muted: true, muteUntil }, ack: muted },
});

export const pinConversation = clientEvent('conversation:pin', {
  summary: PIN,
  payload: PinConversationDto,
  ack: one(ConversationSettingsDto),
  example: { payload: { conversationId, pinned: true }, ack: pinned },
});

export const archiveConversation = clientEvent('conversation:archive', {
  summary: ARCHIVE,
  payload: ArchiveConversationDto,
  ack: one(ConversationSettingsDto),
  example: { payload: { conversationId, archived: true }, ack: archived },
});

export const hideConversation = clientEvent('conversation:hide', {
  summary: 'Another name of `conversation:archive`.',
  payload: ArchiveConversationDto,
  ack: one(ConversationSettingsDto),
  example: { payload: { conversationId }, ack: archived },
});

export const nicknameMember = clientEvent('conversation:nickname', {
  summary: NICKNAME,
  payload: NicknameDto,
  ack: one(ConversationSettingsDto),
  example: { payload: { conversationId, userId: 2, nickname: 'Bobby' }, ack: nicknamed },
});

export const postMuteConversation = route('POST /conversations/:id/mute', {
  tag: 'conversations',
  summary: MUTE,
  access: 'user',
  params: ConversationPathDto,
  body: MuteBodyDto,
  result: one(ConversationSettingsDto),
  example: { body: { muted: true, muteUntil }, result: muted },
});

export const postPinConversation = route('POST /conversations/:id/pin', {
  tag: 'conversations',
  summary: PIN,
  access: 'user',
  params: ConversationPathDto,
  body: PinBodyDto,
  result: one(ConversationSettingsDto),
  errors: ['CONFLICT'],
  example: { body: { pinned: true }, result: pinned },
});

export const postArchiveConversation = route('POST /conversations/:id/archive', {
  tag: 'conversations',
  summary: ARCHIVE,
  access: 'user',
  params: ConversationPathDto,
  body: ArchiveBodyDto,
  result: one(ConversationSettingsDto),
  example: { body: { archived: true }, result: archived },
});

export const postNickname = route('POST /conversations/:id/nickname', {
  tag: 'conversations',
  summary: NICKNAME,
  access: 'user',
  params: ConversationPathDto,
  body: NicknameBodyDto,
  result: one(ConversationSettingsDto),
  errors: ['CONFLICT'],
  example: { body: { userId: 2, nickname: 'Bobby' }, result: nicknamed },
});

export const conversationMuted = serverEvent('conversation:muted', {
  summary: "The user has muted a conversation, or no longer. To the user's own devices.",
  payload: ConversationMutedDto,
  example: { conversationId, muted: true, mutedUntil: muteUntil, notify: 'nothing' },
});

export const conversationPinned = serverEvent('conversation:pinned', {
  summary: "The user has pinned a conversation, or no longer. To the user's own devices.",
  payload: ConversationPinnedDto,
  example: { conversationId, pinned: true },
});

export const conversationArchived = serverEvent('conversation:archived', {
  summary: "The user has archived a conversation, or no longer. To the user's own devices.",
  payload: ConversationArchivedDto,
  example: { conversationId, archived: true },
});

export const conversationNicknamed = serverEvent('conversation:nicknamed', {
  summary: "The user calls a member by another name. To the user's own devices.",
  payload: ConversationNicknamedDto,
  example: { conversationId, userId: 2, nickname: 'Bobby' },
});
