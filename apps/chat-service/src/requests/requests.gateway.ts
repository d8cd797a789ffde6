import { acceptRequest, chatNamespace, declineRequest, type AnswerRequestDto } from '@app/contracts';
import { callerOf, HandlesEvent, SocketGateway, type ClientSocket } from '@app/realtime';
import { RequestsService } from './requests.service';

@SocketGateway(chatNamespace)
export class RequestsGateway {
  constructor(private readonly requests: RequestsService) {}

  @HandlesEvent(acceptRequest)
  accept(socket: ClientSocket, payload: AnswerRequestDto) {
    return this.requests.answer(callerOf(socket), payload, 'accept');
  }

  @HandlesEvent(declineRequest)
  decline(socket: ClientSocket, payload: AnswerRequestDto) {
    return this.requests.answer(callerOf(socket), payload, 'decline');
  }
}
