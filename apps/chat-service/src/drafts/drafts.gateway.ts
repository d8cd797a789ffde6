import { chatNamespace, listDrafts, setDraft, type ListDraftsDto, type SetDraftDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { DraftsService } from './drafts.service';

@SocketGateway(chatNamespace)
export class DraftsGateway {
  constructor(private readonly drafts: DraftsService) {}

  @HandlesEvent(setDraft)
  set(socket: ClientSocket, payload: SetDraftDto) {
    return this.drafts.set(callerOf(socket), payload);
  }

  @HandlesEvent(listDrafts)
  list(socket: ClientSocket, payload: ListDraftsDto) {
    return this.drafts.list(callerOf(socket), payload);
  }
}
