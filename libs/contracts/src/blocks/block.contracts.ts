import { ListPeopleDto } from '../contacts/contact.dto';
import { clientEvent, integrationEvent, one, pageOf, route, serverEvent } from '../core/contract';
import { EmptyDto } from '../core/fields';
import { BlockChangedDto, BlockedUserDto, BlockNoticeDto, BlockOfDto, BlockPathDto } from './block.dto';

const blockedExample: BlockedUserDto = {
  user_id: 2,
  username: 'bob',
  full_name: 'Bob Dodgson',
  avatar_url: null,
  blocked_at: '2026-01-01T00:00:00.000Z',
};

export const blockUser = route('POST /users/blocks/:userId', {
  tag: 'users',
  summary:
    'Block somebody: no private messages in either direction, no contact, no requests, no presence. The blocked one is not told.',
  access: 'user',
  params: BlockPathDto,
  result: one(BlockedUserDto),
  example: { result: blockedExample },
});

export const unblockUser = route('DELETE /users/blocks/:userId', {
  tag: 'users',
  summary:
    'End a block; nothing happens when there is none. A contact that the block has ended does not come back.',
  access: 'user',
  params: BlockPathDto,
  result: one(EmptyDto),
  example: { result: {} },
});

export const listBlocks = route('GET /users/blocks', {
  tag: 'users',
  summary: 'Whom the caller blocks, the latest first.',
  access: 'user',
  query: ListPeopleDto,
  result: pageOf(BlockedUserDto),
  example: { result: [blockedExample] },
});

export const blockByEvent = clientEvent('user:block', {
  summary:
    'Block somebody, as `POST /users/blocks/:userId` does. UNAVAILABLE while the user service is away.',
  payload: BlockNoticeDto,
  ack: one(BlockedUserDto),
  example: { payload: { userId: 2 }, ack: blockedExample },
});

export const unblockByEvent = clientEvent('user:unblock', {
  summary: 'End a block, as `DELETE /users/blocks/:userId` does. UNAVAILABLE while the user service is away.',
  payload: BlockNoticeDto,
  ack: one(EmptyDto),
  example: { payload: { userId: 2 }, ack: {} },
});

/** Served by the user service, for the chat service. */
export const blockFor = route('POST /internal/blocks', {
  tag: 'internal',
  summary: 'Somebody blocks somebody, from services of ours. A second time changes nothing.',
  access: 'service',
  body: BlockOfDto,
  result: one(BlockedUserDto),
  example: { body: { userId: 1, blockedId: 2 }, result: blockedExample },
});

/** Served by the user service, for the chat service. */
export const unblockFor = route('POST /internal/blocks/end', {
  tag: 'internal',
  summary: 'Somebody ends a block, from services of ours. A second time changes nothing.',
  access: 'service',
  body: BlockOfDto,
  result: one(EmptyDto),
  example: { body: { userId: 1, blockedId: 2 }, result: {} },
});

export const userBlocked = serverEvent('user:blocked', {
  summary: "The user has blocked somebody; to the user's own devices only.",
  payload: BlockNoticeDto,
  example: { userId: 2 },
});

export const userUnblocked = serverEvent('user:unblocked', {
  summary: "The user has unblocked somebody; to the user's own devices only.",
  payload: BlockNoticeDto,
  example: { userId: 2 },
});

export const userBlockedEvent = integrationEvent('user.blocked', {
  version: 1,
  summary: 'Somebody has blocked somebody.',
  payload: BlockChangedDto,
  example: { userId: 1, blockedId: 2, rev: 14 },
});

export const userUnblockedEvent = integrationEvent('user.unblocked', {
  version: 1,
  summary: 'Somebody has ended a block.',
  payload: BlockChangedDto,
  example: { userId: 1, blockedId: 2, rev: 15 },
});
