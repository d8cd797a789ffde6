import {
  chatNamespace,
  createInvite,
  joinByCode,
  joinByInvite,
  listInvites,
  revokeInvite,
  rotateCode,
  type ConversationIdDto,
  type CreateInviteDto,
  type InviteIdDto,
  type JoinByCodeDto,
  type JoinByInviteDto,
  type RotateCodeDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { CodesService } from './codes.service';
import { InvitesService } from './invites.service';

@SocketGateway(chatNamespace)
export class JoiningGateway {
  constructor(
    private readonly codes: CodesService,
    private readonly invites: InvitesService,
  ) {}

  @HandlesEvent(joinByCode)
  joinByCode(socket: ClientSocket, payload: JoinByCodeDto) {
    return this.codes.join(callerOf(socket), payload);
  }

  @HandlesEvent(rotateCode)
  rotateCode(socket: ClientSocket, payload: RotateCodeDto) {
    return this.codes.rotate(callerOf(socket), payload);
  }

  @HandlesEvent(createInvite)
  createInvite(socket: ClientSocket, payload: CreateInviteDto) {
    return this.invites.create(callerOf(socket), payload);
  }

  @HandlesEvent(listInvites)
  listInvites(socket: ClientSocket, { conversationId }: ConversationIdDto) {
    return this.invites.list(callerOf(socket), conversationId);
  }

  @HandlesEvent(revokeInvite)
  revokeInvite(socket: ClientSocket, payload: InviteIdDto) {
    return this.invites.revoke(callerOf(socket), payload);
  }

  @HandlesEvent(joinByInvite)
  joinByInvite(socket: ClientSocket, payload: JoinByInviteDto) {
    return this.invites.join(callerOf(socket), payload);
  }
}
