import { conversationExample } from '../conversations/conversation.contracts';
import { ConversationDto, ConversationPathDto } from '../conversations/conversation.dto';
import { clientEvent, one, pageOf, route } from '../core/contract';
import { ClientIdDto } from '../joining/joining.dto';
import { ChannelDto, JoinChannelDto, ListChannelsDto } from './channel.dto';

const channel: ConversationDto = { ...conversationExample, type: 'channel', name: 'News', code: 'K7M2QX' };
const channelExample: ChannelDto = {
  _id: channel._id,
  name: 'News',
  avatar: null,
  description: null,
  memberCount: 3,
  joined: false,
  created_at: channel.created_at,
};

const LIST =
  'Public channels in the order of their names, all or those whose name has words that begin like these.';
const JOIN = 'Become a member of a channel. A member gets it again.';

export const listChannels = clientEvent('conversation:channels', {
  summary: LIST,
  payload: ListChannelsDto,
  ack: pageOf(ChannelDto),
  example: { payload: { query: 'new' }, ack: [channelExample] },
});

export const joinChannel = clientEvent('conversation:join-channel', {
  summary: JOIN,
  payload: JoinChannelDto,
  ack: one(ConversationDto),
  example: { payload: { conversationId: channel._id }, ack: channel },
});

export const getChannels = route('GET /channels', {
  tag: 'conversations',
  summary: LIST,
  access: 'user',
  query: ListChannelsDto,
  result: pageOf(ChannelDto),
  example: { result: [channelExample] },
});

export const postJoinChannel = route('POST /conversations/:id/join', {
  tag: 'conversations',
  summary: JOIN,
  access: 'user',
  params: ConversationPathDto,
  body: ClientIdDto,
  result: one(ConversationDto),
  errors: ['CONFLICT', 'UNAVAILABLE'],
  example: { body: {}, result: channel },
});
