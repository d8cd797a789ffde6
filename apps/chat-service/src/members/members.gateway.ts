import {
  addMember,
  chatNamespace,
  demoteModerator,
  listMembers,
  promoteModerator,
  quitConversation,
  removeMember,
  transferConversation,
  type AddMembersDto,
  type ConversationCommandDto,
  type ListMembersDto,
  type OneMemberDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { MemberList } from './member-list';
import { MembersService } from './members.service';

@SocketGateway(chatNamespace)
export class MembersGateway {
  constructor(
    private readonly members: MembersService,
    private readonly memberList: MemberList,
  ) {}

  @HandlesEvent(listMembers)
  list(socket: ClientSocket, payload: ListMembersDto) {
    return this.memberList.page(callerOf(socket), payload);
  }

  @HandlesEvent(addMember)
  add(socket: ClientSocket, payload: AddMembersDto) {
    return this.members.add(callerOf(socket), payload);
  }

  @HandlesEvent(removeMember)
  remove(socket: ClientSocket, payload: OneMemberDto) {
    return this.members.remove(callerOf(socket), payload);
  }

  @HandlesEvent(quitConversation)
  async quit(socket: ClientSocket, payload: ConversationCommandDto) {
    await this.members.quit(callerOf(socket), payload);
    return {};
  }

  @HandlesEvent(promoteModerator)
  promote(socket: ClientSocket, payload: OneMemberDto) {
    return this.members.promote(callerOf(socket), payload);
  }

  @HandlesEvent(demoteModerator)
  demote(socket: ClientSocket, payload: OneMemberDto) {
    return this.members.demote(callerOf(socket), payload);
  }

  @HandlesEvent(transferConversation)
  transfer(socket: ClientSocket, payload: OneMemberDto) {
    return this.members.transfer(callerOf(socket), payload);
  }
}
