import { Controller } from '@nestjs/common';
import {
  deleteConversationRoute,
  getConversationRoute,
  getConversations,
  patchConversation,
  postConversation,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { ConversationChangesService } from './conversation-changes.service';
import { ConversationList } from './conversation-list';
import { ConversationsService } from './conversations.service';

@Controller()
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly changes: ConversationChangesService,
    private readonly conversationList: ConversationList,
  ) {}

  @Handles(getConversations)
  list(@Input() input: InputOf<typeof getConversations>) {
    return this.conversationList.page(callerIn(input), input.query);
  }

  @Handles(postConversation)
  create(@Input() input: InputOf<typeof postConversation>) {
    return this.conversations.create(callerIn(input), input.body);
  }

  @Handles(getConversationRoute)
  get(@Input() input: InputOf<typeof getConversationRoute>) {
    return this.conversations.get(callerIn(input), input.params.id);
  }

  @Handles(patchConversation)
  update(@Input() input: InputOf<typeof patchConversation>) {
    return this.changes.update(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(deleteConversationRoute)
  async delete(@Input() input: InputOf<typeof deleteConversationRoute>) {
    await this.changes.delete(callerIn(input), { ...input.query, conversationId: input.params.id });
    return {};
  }
}
