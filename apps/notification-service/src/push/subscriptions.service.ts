import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  AppError,
  badRequest,
  notFound,
  type ExportedPushSubscriptionDto,
  type PushPlatform,
  type PushSetupDto,
  type PushSubscriptionDto,
  type SubscribeDto,
} from '@app/contracts';
import { FreshCache } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { NotificationConfig } from '../config';
import { hostOf, isPrivate } from './private-addresses';
import { PushTransports } from './push-transports';
import { toExported, toSubscriptionDto, type Subscription } from './subscription';
import { SubscriptionRepository } from './subscription.repository';

const TOPIC = 'subscriptions-changed';
const BELIEVED_MS = 10_000;
const REMEMBERED = 100_000;
const INTERNAL_NAME = /^localhost$|\.(local|localhost|internal|home\.arpa)$/i;

/** The devices that pushes may go to. */
@Injectable()
export class SubscriptionsService implements OnApplicationBootstrap {
  private readonly known = new FreshCache<number, readonly PushPlatform[]>(BELIEVED_MS, REMEMBERED);

  constructor(
    private readonly subscriptions: SubscriptionRepository,
    private readonly transports: PushTransports,
    private readonly broadcaster: Broadcaster,
    private readonly config: NotificationConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ userId: number }>(TOPIC, ({ userId }) => this.known.forget(userId));
  }

  setup(): PushSetupDto {
    const { platforms } = this.transports;
    return { platforms, vapidPublicKey: platforms.includes('web') ? this.config.VAPID_PUBLIC_KEY : null };
  }

  async subscribe(userId: number, input: SubscribeDto): Promise<PushSubscriptionDto> {
    const { platform, token, keys = null, device = null } = input;
    this.assertReachable(input);
    const limit = this.config.MAX_PUSH_SUBSCRIPTIONS;
    const isNew = !(await this.subscriptions.isOf(userId, token));
    const stored = await this.subscriptions.put({
      ...{ user_id: userId, platform, token, device },
      keys: keys && { p256dh: keys.p256dh, auth: keys.auth },
    });
    // Counted with it: of two that come at once, the second would see room that is not there.
    if (isNew && (await this.subscriptions.countOf(userId)) > limit) {
      await this.subscriptions.remove(userId, token);
      throw new AppError('CONFLICT', `at most ${limit} devices of a user can have pushes; remove one`);
    }
    this.changed(userId);
    if (stored.before !== null && stored.before !== userId) this.changed(stored.before);
    return toSubscriptionDto(stored.subscription);
  }

  async unsubscribe(userId: number, token: string): Promise<void> {
    if (!(await this.subscriptions.remove(userId, token))) throw notFound('push subscription');
    this.changed(userId);
  }

  async list(userId: number): Promise<PushSubscriptionDto[]> {
    return (await this.subscriptions.listOf([userId])).map(toSubscriptionDto);
  }

  async export(userId: number): Promise<ExportedPushSubscriptionDto[]> {
    return (await this.subscriptions.listOf([userId])).map(toExported);
  }

  /** The push service says that the device is no more. */
  async gone({ user_id, token }: Subscription): Promise<void> {
    await this.subscriptions.remove(user_id, token);
    this.changed(user_id);
  }

  /** All devices of these people. */
  devicesOf(userIds: number[]): Promise<Subscription[]> {
    return this.subscriptions.listOf(userIds);
  }

  /** What kinds of devices each of them has: one query for those that are not at hand. */
  platformsOf(userIds: readonly number[]): Promise<Map<number, readonly PushPlatform[]>> {
    return this.known.load([...new Set(userIds)], async (missing) => {
      const platforms = new Map<number, PushPlatform[]>(missing.map((id) => [id, []]));
      for (const { user_id, platform } of await this.subscriptions.listOf(missing))
        platforms.get(user_id)?.push(platform);
      return platforms;
    });
  }

  /** For a deleted account. */
  async removeAllOf(userId: number): Promise<void> {
    await this.subscriptions.removeAllOf(userId);
    this.changed(userId);
  }

  private changed(userId: number): void {
    this.known.forget(userId);
    this.broadcaster.tellPeers(TOPIC, { userId });
  }

  private assertReachable({ platform, token, keys }: SubscribeDto): void {
    if (!this.transports.find(platform))
      throw badRequest(
        'platform',
        `must be one that is switched on: ${this.transports.platforms.join(', ') || 'none is'}`,
      );
    if ((platform === 'web') !== (keys !== undefined))
      throw badRequest(
        'keys',
        platform === 'web' ? 'must be there for a browser' : 'must be there for a browser only',
      );
    if (platform === 'apns' && !/^[0-9a-f]{32,200}$/i.test(token))
      throw badRequest('token', 'must be a device token in hexadecimal digits');
    if (platform === 'fcm' && !/^[\w:.-]+$/.test(token))
      throw badRequest('token', 'must be a registration token');
    if (platform === 'web') this.assertPublic(token);
  }

  /** We shall connect to it, so it must not be one of ours: names are looked at again when that happens. */
  private assertPublic(endpoint: string): void {
    const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
      throw badRequest('token', 'must be an https URL without a user');
    if (this.config.PUSH_ALLOW_PRIVATE) return;
    const host = hostOf(url);
    if (isPrivate(host) || INTERNAL_NAME.test(host) || !/[.:]/.test(host) || url.port !== '')
      throw badRequest('token', 'must be the endpoint of a push service on the internet');
  }
}
