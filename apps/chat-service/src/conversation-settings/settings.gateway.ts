import {
  archiveConversation,
  chatNamespace,
  hideConversation,
  muteConversation,
  nicknameMember,
  pinConversation,
  type ArchiveConversationDto,
  type MuteConversationDto,
  type NicknameDto,
  type PinConversationDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { SettingsService } from './settings.service';

@SocketGateway(chatNamespace)
export class SettingsGateway {
  constructor(private readonly settings: SettingsService) {}

  @HandlesEvent(muteConversation)
  mute(socket: ClientSocket, payload: MuteConversationDto) {
    return this.settings.mute(callerOf(socket), payload);
  }

  @HandlesEvent(pinConversation)
  pin(socket: ClientSocket, payload: PinConversationDto) {
    return this.settings.pin(callerOf(socket), payload);
  }

  @HandlesEvent(archiveConversation)
  archive(socket: ClientSocket, payload: ArchiveConversationDto) {
    return this.settings.archive(callerOf(socket), payload);
  }

  @HandlesEvent(hideConversation)
  hide(socket: ClientSocket, payload: ArchiveConversationDto) {
    return this.settings.archive(callerOf(socket), payload);
  }

  @HandlesEvent(nicknameMember)
  nickname(socket: ClientSocket, payload: NicknameDto) {
    return this.settings.nickname(callerOf(socket), payload);
  }
}
