import type { Principal } from './access-tokens';

/** Provided by the service that keeps the sessions; others rely on the token and on RevokedSessions. */
export const SESSION_CHECK = Symbol('session check');

export interface SessionCheck {
  /** The principal as the session's owner is now, roles included. Throws AUTH_INVALID when the session or its owner has ended. */
  current(principal: Principal): Promise<Principal>;
}
