import {
  chatNamespace,
  joinChannel,
  listChannels,
  type JoinChannelDto,
  type ListChannelsDto,
} from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { ChannelsService } from './channels.service';

@SocketGateway(chatNamespace)
export class ChannelsGateway {
  constructor(private readonly channels: ChannelsService) {}

  @HandlesEvent(listChannels)
  list(socket: ClientSocket, payload: ListChannelsDto) {
    return this.channels.list(callerOf(socket), payload);
  }

  @HandlesEvent(joinChannel)
  join(socket: ClientSocket, payload: JoinChannelDto) {
    return this.channels.join(callerOf(socket), payload);
  }
}
