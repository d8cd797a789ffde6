import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AppError } from '@app/contracts';
import type { Principal } from '@app/platform';
import { SessionsService } from './sessions.service';

/** The service that keeps the sessions need not believe a token whose session has ended: logout counts here at once. */
@Injectable()
export class LiveSessionGuard implements CanActivate {
  constructor(private readonly sessions: SessionsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<{ user: Principal }>();
    if (await this.sessions.isAlive(user.sessionId, user.userId)) return true;
    throw new AppError('AUTH_INVALID', 'the session has ended, log in again');
  }
}
