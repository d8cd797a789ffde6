import type { RouteInput } from '@app/platform';
import type { Caller } from '@app/realtime';

/** Who asks over REST; what services get in place of a request, the same as for a socket. */
export const callerIn = ({
  user: { userId, username },
  requestId,
}: Pick<RouteInput<never, never, never>, 'user' | 'requestId'>): Caller => ({ userId, username, requestId });
