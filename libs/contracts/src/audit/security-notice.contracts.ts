import { integrationEvent } from '../core/contract';
import { SecurityNoticedDto } from './security-notice.dto';

export const securityNoticed = integrationEvent('security.noticed', {
  version: 1,
  summary:
    'Something has changed by which an account is protected, or somebody has signed in on a device that is new to it: its owner should know, whoever it was.',
  payload: SecurityNoticedDto,
  example: { userId: 1, notice: 'password.changed', at: '2026-01-01T00:00:00.000Z' },
});
