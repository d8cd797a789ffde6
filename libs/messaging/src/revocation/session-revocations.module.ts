import { Module, type DynamicModule } from '@nestjs/common';
import type { BaseConfig } from '@app/platform';
import { BASE_CONFIG, SessionRevocations } from './session-revocations';

/** For a service that lets users in and does not keep the sessions. Needs MessagingModule. */
@Module({})
export class SessionRevocationsModule {
  static forRoot(config: BaseConfig): DynamicModule {
    return {
      module: SessionRevocationsModule,
      providers: [{ provide: BASE_CONFIG, useValue: config }, SessionRevocations],
    };
  }
}
