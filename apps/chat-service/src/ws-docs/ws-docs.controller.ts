import { Controller, Get } from '@nestjs/common';
import { buildWsDocs, chatNamespace } from '@app/contracts';

@Controller()
export class WsDocsController {
  /** The events of this service as JSON, made from the contracts that serve them. */
  @Get('/ws-docs')
  docs(): object {
    return buildWsDocs(chatNamespace);
  }
}
