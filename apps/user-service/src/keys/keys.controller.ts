import { Controller } from '@nestjs/common';
import { getJwks, type JwksDto } from '@app/contracts';
import { Handles } from '@app/platform';
import { PublishedKeys } from './published-keys';

@Controller()
export class KeysController {
  constructor(private readonly published: PublishedKeys) {}

  @Handles(getJwks)
  jwks(): Promise<JwksDto> {
    return Promise.resolve({ keys: this.published.keys });
  }
}
