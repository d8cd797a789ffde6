import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller';
import { SecurityEventRepository } from './security-event.repository';
import { SecurityLog } from './security-log.service';

@Global()
@Module({
  controllers: [AuditController],
  providers: [SecurityEventRepository, SecurityLog],
  exports: [SecurityLog],
})
export class AuditModule {}
