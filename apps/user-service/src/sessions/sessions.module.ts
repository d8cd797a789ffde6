import { Global, Module } from '@nestjs/common';
import { SESSION_CHECK } from '@app/platform';
import { RevocationRepository } from './revocation.repository';
import { RevokedSessionsService } from './revoked-sessions.service';
import { SessionRepository } from './session.repository';
import { InternalSessionsController, SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

/** Global, because it is what every route of this service that needs a signed-in caller asks. */
@Global()
@Module({
  controllers: [SessionsController, InternalSessionsController],
  providers: [
    SessionRepository,
    RevocationRepository,
    SessionsService,
    RevokedSessionsService,
    { provide: SESSION_CHECK, useExisting: SessionsService },
  ],
  exports: [SessionsService, SESSION_CHECK],
})
export class SessionsModule {}
