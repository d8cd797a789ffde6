import { Controller } from '@nestjs/common';
import { getFoundMessages } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { SearchService } from './search.service';

@Controller()
export class SearchController {
  constructor(private readonly messages: SearchService) {}

  @Handles(getFoundMessages)
  search(@Input() input: InputOf<typeof getFoundMessages>) {
    return this.messages.search(callerIn(input), input.query);
  }
}
