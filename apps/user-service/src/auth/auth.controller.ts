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

@Controller()
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Handles(register)
  register(@Input() { body }: InputOf<typeof register>): Promise<UserDto> {
    return this.auth.register(body);
  }

  @Handles(login)
  login(@Input() { body, client }: InputOf<typeof login>): Promise<SessionDto> {
    return this.auth.login(body, client);
  }

  @Handles(refresh)
  refresh(@Input() { body, client }: InputOf<typeof refresh>): Promise<SessionDto> {
    return this.auth.refresh(body.refreshToken, client);
  }

  @Handles(logout)
  async logout(@Input() { user }: InputOf<typeof logout>): Promise<EmptyDto> {
    await this.auth.logout(user);
    return {};
  }
}
