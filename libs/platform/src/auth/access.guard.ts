import { Inject, Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AppError, type Access, type Route } from '@app/contracts';
import type { Request } from 'express';
import { ROUTE } from '../http/route.decorator';
import { PROCESS_INFO, type ProcessInfo } from '../process-info';
import { AccessTokens, type Principal } from './access-tokens';
import { SESSION_CHECK, type SessionCheck } from './session-check';

const bearer = (request: Request): string | null => {
  const { authorization } = request.headers;
  return authorization?.match(/^Bearer (.+)$/i)?.[1] ?? null;
};

/** Global guard: lets a request in as `access` and `roles` of its contract say. What has no contract is public (health, metrics, docs). */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly tokens: AccessTokens,
    @Inject(PROCESS_INFO) private readonly info: ProcessInfo,
    @Optional() @Inject(SESSION_CHECK) private readonly sessions?: SessionCheck,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const contract = Reflect.getMetadata(ROUTE, context.getHandler()) as Route | undefined;
    const access: Access = contract?.access ?? 'public';
    const request = context.switchToHttp().getRequest<Request & { user?: Principal }>();
    switch (access) {
      case 'public':
        return true;
      case 'user':
        request.user = await this.identify(request);
        requireRole(request.user, contract?.roles);
        return true;
      case 'service':
        await this.tokens.verifyService(bearer(request), this.info.service);
        return true;
    }
  }

  private async identify(request: Request): Promise<Principal> {
    const principal = await this.tokens.verify(bearer(request));
    return this.sessions ? this.sessions.current(principal) : principal;
  }
}

function requireRole({ roles }: Principal, allowed: readonly string[] | undefined): void {
  if (allowed && !allowed.some((role) => roles.includes(role))) {
    throw new AppError('FORBIDDEN', `this needs the role ${allowed.join(' or ')}`);
  }
}
