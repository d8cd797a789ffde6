import { listOf, route } from '../core/contract';
import { ConversationPathDto, MemberDto } from './conversation.dto';

export const getMembers = route('GET /conversations/:id/members', {
  tag: 'conversations',
  summary: 'Who is in a conversation.',
  access: 'user',
  params: ConversationPathDto,
  result: listOf(MemberDto),
  errors: ['UNAVAILABLE'],
  example: { result: [{ userId: 1, role: 'admin', joinedAt: '2026-01-01T00:00:00.000Z', online: true }] },
});
