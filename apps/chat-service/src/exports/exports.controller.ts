import { Controller } from '@nestjs/common';
import {
  exportConversations,
  exportConversationSettings,
  exportDrafts,
  exportFiles,
  exportHiddenMessages,
  exportMessages,
  exportReactions,
  exportReceipts,
  exportScheduledMessages,
  type ExportedConversationsDto,
  type ExportedConversationSettingsDto,
  type ExportedDraftsDto,
  type ExportedFilesDto,
  type ExportedHiddenMessagesDto,
  type ExportedMessagesDto,
  type ExportedReactionsDto,
  type ExportedReceiptsDto,
  type ExportedScheduledMessagesDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { ExportsService } from './exports.service';

/** For the user service, by service token; the gateway does not route here. */
@Controller()
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  @Handles(exportConversations)
  conversations(@Input() { body }: InputOf<typeof exportConversations>): Promise<ExportedConversationsDto> {
    return this.exports.conversations(body);
  }

  @Handles(exportMessages)
  messages(@Input() { body }: InputOf<typeof exportMessages>): Promise<ExportedMessagesDto> {
    return this.exports.messages(body);
  }

  @Handles(exportReceipts)
  receipts(@Input() { body }: InputOf<typeof exportReceipts>): Promise<ExportedReceiptsDto> {
    return this.exports.receipts(body);
  }

  @Handles(exportReactions)
  reactions(@Input() { body }: InputOf<typeof exportReactions>): Promise<ExportedReactionsDto> {
    return this.exports.reactions(body);
  }

  @Handles(exportHiddenMessages)
  hiddenMessages(
    @Input() { body }: InputOf<typeof exportHiddenMessages>,
  ): Promise<ExportedHiddenMessagesDto> {
    return this.exports.hiddenMessages(body);
  }

  @Handles(exportConversationSettings)
  conversationSettings(
    @Input() { body }: InputOf<typeof exportConversationSettings>,
  ): Promise<ExportedConversationSettingsDto> {
    return this.exports.conversationSettings(body);
  }

  @Handles(exportDrafts)
  drafts(@Input() { body }: InputOf<typeof exportDrafts>): Promise<ExportedDraftsDto> {
    return this.exports.drafts(body);
  }

  @Handles(exportFiles)
  files(@Input() { body }: InputOf<typeof exportFiles>): Promise<ExportedFilesDto> {
    return this.exports.files(body);
  }

  @Handles(exportScheduledMessages)
  scheduledMessages(
    @Input() { body }: InputOf<typeof exportScheduledMessages>,
  ): Promise<ExportedScheduledMessagesDto> {
    return this.exports.scheduledMessages(body);
  }
}
