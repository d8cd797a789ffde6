import { Controller } from '@nestjs/common';
import { listSecurityEvents, type Page, type SecurityEventDto } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { SecurityLog } from './security-log.service';

@Controller()
export class AuditController {
  constructor(private readonly security: SecurityLog) {}

  @Handles(listSecurityEvents)
  list(@Input() { query }: InputOf<typeof listSecurityEvents>): Promise<Page<SecurityEventDto>> {
    return this.security.list(query);
  }
}
