import { Controller } from '@nestjs/common';
import {
  exportConversations,
  exportHiddenMessages,
  exportMessages,
  exportReactions,
  exportReceipts,
  type ExportedConversationsDto,
  type ExportedHiddenMessagesDto,
  type ExportedMessagesDto,
  type ExportedReactionsDto,
  type ExportedReceiptsDto,
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
}
