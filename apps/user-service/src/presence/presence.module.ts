import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { LastSeenRepository } from './last-seen.repository';
import { InternalPresenceController, PresenceController } from './presence.controller';
import { PresenceService } from './presence.service';

@Module({
  imports: [UsersModule],
  controllers: [PresenceController, InternalPresenceController],
  providers: [LastSeenRepository, PresenceService],
})
export class PresenceModule {}
