import { Module } from '@nestjs/common';
import { MailModule } from '../mail/mail.module';
import { UsersModule } from '../users/users.module';
import { DigestSender } from './digest-sender.service';

/** Mails of what stayed unread: the notification service knows what and when, this one knows to whom. */
@Module({ imports: [MailModule, UsersModule], providers: [DigestSender] })
export class DigestsModule {}
