import { listOf, one, pageOf, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  ListPushDeliveriesDto,
  PushDeliveryDto,
  PushSetupDto,
  PushSubscriptionDto,
  SubscribeDto,
  UnsubscribeDto,
} from './push.dto';

const token = 'https://push.example.com/send/f7Qk2mX9aLw';
export const pushSubscriptionExample: PushSubscriptionDto = {
  id: '6650f0c2a4b1c2d3e4f50701',
  platform: 'web',
  device: 'Firefox on my laptop',
  created_at: '2026-01-01T00:00:00.000Z',
};

export const pushDeliveryExample: PushDeliveryDto = {
  id: '6650f0c2a4b1c2d3e4f50801',
  notificationId: '6650f0c2a4b1c2d3e4f50617:2',
  subscriptionId: pushSubscriptionExample.id,
  platform: 'web',
  device: 'Firefox on my laptop',
  outcome: 'sent',
  reason: null,
  tries: 1,
  at: '2026-01-01T00:00:01.000Z',
};

export const getPushSetup = route('GET /notifications/push-setup', {
  tag: 'notifications',
  summary: 'What a client needs to subscribe a device to pushes.',
  access: 'user',
  result: one(PushSetupDto),
  example: { result: { platforms: ['web'], vapidPublicKey: `B${'A'.repeat(86)}` } },
});

export const subscribePush = route('POST /notifications/push-subscriptions', {
  tag: 'notifications',
  summary:
    'Let pushes come to a device while its user has none that is connected. The same device again changes its keys and its name; it belongs to who came last.',
  access: 'user',
  body: SubscribeDto,
  result: one(PushSubscriptionDto),
  errors: ['CONFLICT'],
  example: {
    body: {
      platform: 'web',
      token,
      keys: { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) },
      device: 'Firefox on my laptop',
    },
    result: pushSubscriptionExample,
  },
});

export const listPushSubscriptions = route('GET /notifications/push-subscriptions', {
  tag: 'notifications',
  summary: "The caller's devices to which pushes go.",
  access: 'user',
  result: listOf(PushSubscriptionDto),
  example: { result: [pushSubscriptionExample] },
});

export const unsubscribePush = route('DELETE /notifications/push-subscriptions', {
  tag: 'notifications',
  summary: 'No more pushes to a device.',
  access: 'user',
  body: UnsubscribeDto,
  result: one(EmptyDto),
  errors: ['NOTFOUND'],
  example: { body: { token }, result: {} },
});

export const listPushDeliveries = route('GET /notifications/push-deliveries', {
  tag: 'notifications',
  summary: "What became of the pushes to each of the caller's devices, newest first; of the last two weeks.",
  access: 'user',
  query: ListPushDeliveriesDto,
  result: pageOf(PushDeliveryDto),
  example: { result: [pushDeliveryExample] },
});
