import { Controller } from '@nestjs/common';
import { OpenPage } from '@app/platform';
import { buildWsDocs, chatNamespace } from '@app/contracts';

@Controller()
export class WsDocsController {
  /** The events of this service as JSON, made from the contracts that serve them. */
  @OpenPage('/ws-docs')
  docs(): object {
    return buildWsDocs(chatNamespace);
  }
}
