import { Controller } from '@nestjs/common';
import {
  endSession,
  listRevokedSessions,
  listSessions,
  logoutAll,
  type EmptyDto,
  type EndedSessionsDto,
  type Page,
  type RevokedSessionsDto,
  type SessionInfoDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { RevokedSessionsService } from './revoked-sessions.service';
import { SessionsService } from './sessions.service';

@Controller()
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Handles(listSessions)
  list(@Input() { user }: InputOf<typeof listSessions>): Promise<SessionInfoDto[]> {
    return this.sessions.list(user);
  }

  @Handles(endSession)
  async end(@Input() { user, params }: InputOf<typeof endSession>): Promise<EmptyDto> {
    await this.sessions.endOwn(user.userId, params.id);
    return {};
  }

  @Handles(logoutAll)
  async logoutAll(@Input() { user, body }: InputOf<typeof logoutAll>): Promise<EndedSessionsDto> {
    const except = body.keepCurrent === true ? user.sessionId : undefined;
    return { ended: await this.sessions.endAll(user.userId, 'logout', { except }) };
  }
}

/** For services of ours, by service token; the gateway does not route here. */
@Controller()
export class InternalSessionsController {
  constructor(private readonly revoked: RevokedSessionsService) {}

  @Handles(listRevokedSessions)
  list(@Input() { body }: InputOf<typeof listRevokedSessions>): Promise<Page<RevokedSessionsDto>> {
    return this.revoked.list(body);
  }
}
