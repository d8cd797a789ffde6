import { Injectable } from '@nestjs/common';
import type { RegisterDto, UserDto } from '@app/contracts';
import { SecurityLog } from '../audit/security-log.service';
import { PasswordHasher } from '../passwords/password-hasher';
import { ThrottleService } from '../throttle/throttle.service';
import { UsersService } from '../users/users.service';
import { checkRegistration } from './registration-rules';
import type { Client } from './session-issuer.service';

@Injectable()
export class RegistrationService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHasher,
    private readonly throttle: ThrottleService,
    private readonly security: SecurityLog,
  ) {}

  /** Throws BAD_REQUEST or CONFLICT naming the field, RATE_LIMITED for an address that asks too often. */
  async register(form: RegisterDto, client: Client): Promise<UserDto> {
    checkRegistration(form);
    await this.throttle.spend('register-address', client.ip);
    const user = await this.users.create({
      username: form.username.normalize('NFC'),
      email: form.email,
      passwordHash: await this.passwords.hash(form.password),
      fullName: form.fullName ?? null,
      avatarUrl: form.avatar_url ?? null,
      phone: form.phone ?? null,
    });
    await this.security.record({ kind: 'account.registered', userId: user.user_id, client });
    return user;
  }
}
