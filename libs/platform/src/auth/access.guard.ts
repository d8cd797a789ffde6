import { Inject, Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AppError, type Access, type Route } from '@app/contracts';
import type { Request } from 'express';
import { ROUTE } from '../http/route.decorator';
import { PROCESS_INFO, type ProcessInfo } from '../process-info';
import { AccessTokens, type Principal } from './access-tokens';
import { SESSION_CHECK, type SessionCheck } from './session-check';

/** Of several Authorization headers none counts: whoever stands in front of us may have read another one than we would. */
const bearer = ({ headers, rawHeaders }: Request): string | null => {
  const given = rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'authorization');
  return (given.length === 1 && headers.authorization?.match(/^Bearer (.+)$/i)?.[1]) || null;
};

/** Global guard: lets a request in as `access`, `roles` and `orSelf` of its contract say. What has no contract is public (health, metrics, docs). */
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
        requireRole(request.user, contract, request.params);
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

function requireRole(caller: Principal, contract: Route | undefined, params: Request['params']): void {
  const { roles: allowed, orSelf } = contract ?? {};
  if (!allowed || allowed.some((role) => caller.roles.includes(role))) return;
  if (orSelf !== undefined && params[orSelf] === String(caller.userId)) return;
  throw new AppError('FORBIDDEN', `this needs the role ${allowed.join(' or ')}`);
}
