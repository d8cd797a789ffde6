import { Controller } from '@nestjs/common';
import {
  deleteOneMessage,
  getEdits,
  getMessages,
  getOneMessage,
  patchMessage,
  postMessage,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { MessageDeletionService } from './message-deletion.service';
import { MessageEditsService } from './message-edits.service';
import { MessageHistory } from './message-history';
import { MessagesService } from './messages.service';

@Controller()
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly history: MessageHistory,
    private readonly edits: MessageEditsService,
    private readonly deletion: MessageDeletionService,
  ) {}

  @Handles(getMessages)
  list(@Input() input: InputOf<typeof getMessages>) {
    return this.history.list(callerIn(input), { ...input.query, conversationId: input.params.id });
  }

  @Handles(postMessage)
  async send(@Input() input: InputOf<typeof postMessage>) {
    const sent = await this.messages.send(callerIn(input), {
      ...input.body,
      conversationId: input.params.id,
    });
    return sent.answer;
  }

  @Handles(getOneMessage)
  get(@Input() input: InputOf<typeof getOneMessage>) {
    return this.messages.get(callerIn(input), input.params.id);
  }

  @Handles(patchMessage)
  edit(@Input() input: InputOf<typeof patchMessage>) {
    return this.edits.edit(callerIn(input), { ...input.body, messageId: input.params.id });
  }

  @Handles(deleteOneMessage)
  async delete(@Input() input: InputOf<typeof deleteOneMessage>) {
    await this.deletion.delete(callerIn(input), { ...input.query, messageId: input.params.id });
    return {};
  }

  @Handles(getEdits)
  listEdits(@Input() input: InputOf<typeof getEdits>) {
    return this.edits.list(callerIn(input), input.params.id);
  }
}
