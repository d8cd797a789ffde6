import { integrationEvent } from '../core/contract';
import { SecurityNoticedDto } from './security-notice.dto';

export const securityNoticed = integrationEvent('security.noticed', {
  version: 1,
  summary: 'Something has changed by which an account is protected: its owner should know, whoever did it.',
  payload: SecurityNoticedDto,
  example: { userId: 1, notice: 'password.changed', at: '2026-01-01T00:00:00.000Z' },
});
