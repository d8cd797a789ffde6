import { Global, Module } from '@nestjs/common';
import { SecurityEventRepository } from './security-event.repository';
import { SecurityLog } from './security-log.service';

@Global()
@Module({ providers: [SecurityEventRepository, SecurityLog], exports: [SecurityLog] })
export class AuditModule {}
