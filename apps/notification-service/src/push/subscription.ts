import type { ExportedPushSubscriptionDto, PushPlatform, PushSubscriptionDto } from '@app/contracts';
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

const KNOWN_BY = 4;

/** For its owner, and without what one needs to push to it. */
export const toExported = (subscription: Subscription): ExportedPushSubscriptionDto => ({
  ...toSubscriptionDto(subscription),
  host: subscription.platform === 'web' ? new URL(subscription.token).host : null,
  ending: subscription.token.slice(-KNOWN_BY),
});
