import type { SecurityEventDto } from '@app/contracts';
import type { StoredSecurityEvent } from './security-event';

export const toSecurityEventDto = (event: StoredSecurityEvent): SecurityEventDto => ({
  id: event.event_id,
  kind: event.kind,
  user_id: event.user_id,
  actor_id: event.actor_id,
  address: event.address,
  user_agent: event.user_agent,
  details: event.details,
  at: event.at.toISOString(),
});
