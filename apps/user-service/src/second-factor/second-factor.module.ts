import { Module } from '@nestjs/common';
import { PasswordsModule } from '../passwords/passwords.module';
import { SecretsModule } from '../secrets/secrets.module';
import { UsersModule } from '../users/users.module';
import { AttemptsRepository } from './attempts.repository';
import { EnrolmentService } from './enrolment.service';
import { SecondFactorController } from './second-factor.controller';
import { SecondFactorRepository } from './second-factor.repository';
import { SecondFactorService } from './second-factor.service';

@Module({
  imports: [PasswordsModule, SecretsModule, UsersModule],
  controllers: [SecondFactorController],
  providers: [AttemptsRepository, SecondFactorRepository, SecondFactorService, EnrolmentService],
  exports: [SecondFactorService],
})
export class SecondFactorModule {}
