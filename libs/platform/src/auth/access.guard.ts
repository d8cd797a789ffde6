import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { AppError, type Access, type Route } from '@app/contracts';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import { ROUTE } from '../http/route.decorator';
import { PROCESS_INFO, type ProcessInfo } from '../process-info';
import { AccessTokens, TOKEN_RULES, type Principal } from './access-tokens';

const bearer = (request: Request): string | null => {
  const { authorization } = request.headers;
  return authorization?.match(/^Bearer (.+)$/i)?.[1] ?? null;
};

/** passport-jwt reads the header and checks the signature; AccessTokens checks the rest, as it does for sockets. */
@Injectable()
export class AccessStrategy extends PassportStrategy(Strategy, 'access') {
  constructor(
    private readonly tokens: AccessTokens,
    @Inject(PROCESS_INFO) info: ProcessInfo,
  ) {
    super({
      jwtFromRequest: bearer,
      // Takes whatever `jsonwebtoken` takes; the types do not know that.
      secretOrKey: info.accessKey as unknown as Buffer,
      algorithms: [TOKEN_RULES.algorithm],
      issuer: TOKEN_RULES.issuer,
      audience: TOKEN_RULES.audience,
      passReqToCallback: true,
    });
  }

  validate(request: Request): Principal {
    return this.tokens.verify(bearer(request));
  }
}

@Injectable()
class UserGuard extends AuthGuard('access') {
  override handleRequest<T>(_error: unknown, user: T | false): T {
    if (!user) throw new AppError('AUTH_INVALID', 'the access token is missing, expired or not valid');
    return user;
  }
}

/** Global guard: lets a request in as the `access` of its contract says. What has no contract is public (health, metrics, docs). */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly userGuard = new UserGuard();

  constructor(
    private readonly tokens: AccessTokens,
    @Inject(PROCESS_INFO) private readonly info: ProcessInfo,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const contract = Reflect.getMetadata(ROUTE, context.getHandler()) as Route | undefined;
    const access: Access = contract?.access ?? 'public';
    switch (access) {
      case 'public':
        return true;
      case 'user':
        return (await this.userGuard.canActivate(context)) as boolean;
      case 'service':
        this.tokens.verifyService(bearer(context.switchToHttp().getRequest<Request>()), this.info.service);
        return true;
    }
  }
}
