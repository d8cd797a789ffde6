import { Module } from '@nestjs/common';
import { PasswordsModule } from '../passwords/passwords.module';
import { SecretsModule } from '../secrets/secrets.module';
import { ThrottleModule } from '../throttle/throttle.module';
import { UsersModule } from '../users/users.module';
import { EnrolmentService } from './enrolment.service';
import { PasswordProof } from './password-proof.service';
import { SecondFactorController } from './second-factor.controller';
import { SecondFactorRepository } from './second-factor.repository';
import { SecondFactorService } from './second-factor.service';

@Module({
  imports: [PasswordsModule, SecretsModule, ThrottleModule, UsersModule],
  controllers: [SecondFactorController],
  providers: [SecondFactorRepository, SecondFactorService, EnrolmentService, PasswordProof],
  exports: [SecondFactorService, PasswordProof],
})
export class SecondFactorModule {}
