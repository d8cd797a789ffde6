import { Module } from '@nestjs/common';
import { SessionRepository } from './session.repository';
import { SessionsService } from './sessions.service';

@Module({ providers: [SessionRepository, SessionsService], exports: [SessionsService] })
export class SessionsModule {}
