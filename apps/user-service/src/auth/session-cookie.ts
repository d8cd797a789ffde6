import { Injectable } from '@nestjs/common';
import { AppError, badRequest, type refresh, type SessionDto } from '@app/contracts';
import type { Cookies, InputOf } from '@app/platform';
import { UserConfig } from '../config';

const NAME = 'refresh_token';

/**
 * The refresh token as a cookie, for browsers that ask for it: out of reach of scripts. It is the only cookie there is, and
 * only these routes look at it; every other route needs the access token in a header, which no foreign page can send.
 */
@Injectable()
export class SessionCookie {
  /** `__Host-` makes browsers refuse one that another subdomain, or plain HTTP, has planted. */
  private readonly name: string;
  private readonly options;

  constructor(private readonly config: UserConfig) {
    this.name = config.isProduction ? `__Host-${NAME}` : NAME;
    this.options = {
      httpOnly: true,
      sameSite: 'strict',
      secure: config.isProduction,
      path: '/',
    } as const;
  }

  read(cookies: Cookies): string | undefined {
    return cookies.get(this.name) || undefined;
  }

  /** The answer to a client that wants the cookie: the token is not in it, and so not in reach of a script. */
  handOver(session: SessionDto, cookies: Cookies): SessionDto {
    const maxAge = this.config.REFRESH_TOKEN_TTL * 1_000;
    cookies.set(this.name, session.refreshToken, { ...this.options, maxAge });
    return { ...session, refreshToken: '' };
  }

  /**
   * Trades the refresh token of the body, else of the cookie, else of the header: what came as a cookie is answered as a
   * cookie. Throws BAD_REQUEST when there is none, FORBIDDEN for a foreign page, else what `trade` throws.
   */
  async trade(
    { body, bearer, client, cookies }: InputOf<typeof refresh>,
    trade: (token: string) => Promise<SessionDto>,
  ): Promise<SessionDto> {
    const held = body.refreshToken === undefined ? this.read(cookies) : undefined;
    const token = body.refreshToken ?? held ?? bearer;
    if (token === undefined) throw badRequest('refreshToken', 'is needed, here, as a cookie or as Bearer');
    if (held === undefined) return trade(token);
    this.refuseForeign(client.origin);
    try {
      return this.handOver(await trade(token), cookies);
    } catch (error) {
      if (error instanceof AppError && error.code === 'AUTH_INVALID') this.clear(cookies);
      throw error;
    }
  }

  clear(cookies: Cookies): void {
    if (this.read(cookies) !== undefined) cookies.clear(this.name, this.options);
  }

  /** Browsers send the cookie by themselves, so the page that asks must be one of ours. Throws FORBIDDEN. */
  private refuseForeign(origin: string | undefined): void {
    const { ALLOWED_ORIGINS: allowed } = this.config;
    if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return;
    throw new AppError('FORBIDDEN', 'this origin may not use the cookie');
  }
}
