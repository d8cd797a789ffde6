import type { PushPlatform, PushSubscriptionDto } from '@app/contracts';
import type { PushTarget } from './push-transport';

/** A device that pushes may go to. */
export interface Subscription extends PushTarget {
  id: string;
  user_id: number;
  platform: PushPlatform;
  device: string | null;
  created_at: Date;
}

export const toSubscriptionDto = ({
  id,
  platform,
  device,
  created_at,
}: Subscription): PushSubscriptionDto => ({
  id,
  platform,
  device,
  created_at: created_at.toISOString(),
});
