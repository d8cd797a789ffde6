import { chatNamespace, searchMessages, type SearchMessagesDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { SearchService } from './search.service';

@SocketGateway(chatNamespace)
export class SearchGateway {
  constructor(private readonly messages: SearchService) {}

  @HandlesEvent(searchMessages)
  search(socket: ClientSocket, payload: SearchMessagesDto) {
    return this.messages.search(callerOf(socket), payload);
  }
}
