import { integrationEvent, one, route } from '../core/contract';
import { BroadcastDto, PostBroadcastDto, SystemBroadcastDto } from './broadcast.dto';

const broadcast: BroadcastDto = {
  id: '6650f0c2a4b1c2d3e4f50901',
  title: 'We move on Sunday',
  content: 'From 02:00 to 03:00 UTC messages may take a moment.',
  audience: 'all',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-08T00:00:00.000Z',
};
const { title, content, createdAt, expiresAt } = broadcast;

export const postBroadcast = route('POST /notifications/broadcast', {
  tag: 'notifications',
  summary:
    'Say something to everybody, or to some. It stands in their lists and badges, and comes live to those who are connected.',
  access: 'user',
  roles: ['admin'],
  body: PostBroadcastDto,
  result: one(BroadcastDto),
  errors: ['UNAVAILABLE'],
  example: { body: { title, content, clientId: 'move-on-sunday' }, result: broadcast },
});

export const systemBroadcastEvent = integrationEvent('system.broadcast', {
  version: 1,
  summary: 'Something was said to everybody, or to some.',
  payload: SystemBroadcastDto,
  example: { broadcastId: broadcast.id, title, content, userIds: null, createdBy: 1, createdAt, expiresAt },
});
