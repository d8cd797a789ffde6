import type { SessionInfoDto } from '@app/contracts';
import type { Session } from './session.entity';

/** A session as its owner sees it. */
export const toSessionInfo = (session: Session, currentId: string): SessionInfoDto => ({
  id: session.sessionId,
  device: session.userAgent,
  address: session.address,
  created_at: session.createdAt.toISOString(),
  last_used: session.lastUsed.toISOString(),
  expires_at: session.expiredAt.toISOString(),
  current: session.sessionId === currentId,
});
