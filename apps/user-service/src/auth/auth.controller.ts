import { Controller } from '@nestjs/common';
import {
  login,
  logout,
  refresh,
  register,
  type EmptyDto,
  type SessionDto,
  type UserDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { AuthService } from './auth.service';
import { RegistrationService } from './registration.service';
import { SessionCookie } from './session-cookie';

@Controller()
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly registration: RegistrationService,
    private readonly cookie: SessionCookie,
  ) {}

  @Handles(register)
  register(@Input() { body, client }: InputOf<typeof register>): Promise<UserDto> {
    return this.registration.register(body, client);
  }

  @Handles(login)
  async login(@Input() { body, client, cookies }: InputOf<typeof login>): Promise<SessionDto> {
    const session = await this.auth.login(body, client, body.refreshToken ?? this.cookie.read(cookies));
    return body.cookie === true ? this.cookie.handOver(session, cookies) : session;
  }

  @Handles(refresh)
  refresh(@Input() input: InputOf<typeof refresh>): Promise<SessionDto> {
    return this.cookie.trade(input, (token) => this.auth.refresh(token, input.client));
  }

  @Handles(logout)
  async logout(@Input() { user, cookies }: InputOf<typeof logout>): Promise<EmptyDto> {
    await this.auth.logout(user);
    this.cookie.clear(cookies);
    return {};
  }
}
