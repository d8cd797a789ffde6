import { Module, type DynamicModule } from '@nestjs/common';
import type { KeyPairs } from './key-pairs';
import { KeysController } from './keys.controller';
import { PublishedKeys } from './published-keys';

@Module({})
export class KeysModule {
  static forRoot(pairs?: KeyPairs): DynamicModule {
    const published = { provide: PublishedKeys, useValue: new PublishedKeys(pairs?.published ?? []) };
    return { module: KeysModule, controllers: [KeysController], providers: [published] };
  }
}
