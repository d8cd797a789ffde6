import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { MailSender } from './mail-sender.service';
import { MailTransport } from './mail-transport';
import { MailRepository } from './mail.repository';

@Module({
  imports: [UsersModule],
  providers: [MailRepository, MailTransport, MailSender],
  exports: [MailTransport],
})
export class MailModule {}
