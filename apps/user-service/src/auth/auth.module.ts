import { Module } from '@nestjs/common';
import { MailModule } from '../mail/mail.module';
import { PasswordsModule } from '../passwords/passwords.module';
import { SecondFactorModule } from '../second-factor/second-factor.module';
import { ThrottleModule } from '../throttle/throttle.module';
import { UsersModule } from '../users/users.module';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { CredentialsRepository } from './credentials.repository';
import { LoginAttempts } from './login-attempts.service';
import { RecoveryController } from './recovery.controller';
import { RecoveryService } from './recovery.service';
import { RegistrationService } from './registration.service';
import { SessionCookie } from './session-cookie';
import { SessionIssuer } from './session-issuer.service';

@Module({
  imports: [MailModule, PasswordsModule, SecondFactorModule, ThrottleModule, UsersModule],
  controllers: [AuthController, RecoveryController],
  providers: [
    AuthService,
    CredentialsRepository,
    LoginAttempts,
    RecoveryService,
    RegistrationService,
    SessionCookie,
    SessionIssuer,
  ],
  exports: [SessionCookie, SessionIssuer],
})
export class AuthModule {}
