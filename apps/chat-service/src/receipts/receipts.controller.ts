import { Controller } from '@nestjs/common';
import {
  getDelivery,
  postConversationRead,
  postDelivery,
  postMessageDelivered,
  postMessageRead,
  postMessagesRead,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { ReceiptsService } from './receipts.service';

@Controller()
export class ReceiptsController {
  constructor(private readonly receipts: ReceiptsService) {}

  @Handles(postMessagesRead)
  markMessages(@Input() input: InputOf<typeof postMessagesRead>) {
    return this.receipts.markMessages(callerIn(input), input.body.messageIds);
  }

  @Handles(postConversationRead)
  markConversation(@Input() input: InputOf<typeof postConversationRead>) {
    return this.receipts.markConversation(callerIn(input), {
      conversationId: input.params.id,
      ...input.body,
    });
  }

  @Handles(postMessageRead)
  read(@Input() input: InputOf<typeof postMessageRead>) {
    return this.receipts.report(callerIn(input), input.params.id, 'read');
  }

  @Handles(postMessageDelivered)
  delivered(@Input() input: InputOf<typeof postMessageDelivered>) {
    return this.receipts.report(callerIn(input), input.params.id, 'delivered');
  }

  @Handles(getDelivery)
  status(@Input() input: InputOf<typeof getDelivery>) {
    return this.receipts.deliveryOf(callerIn(input), input.params.id);
  }

  @Handles(postDelivery)
  report(@Input() input: InputOf<typeof postDelivery>) {
    return this.receipts.report(callerIn(input), input.params.id, input.body.status);
  }
}
