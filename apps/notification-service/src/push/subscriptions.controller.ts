import { Controller } from '@nestjs/common';
import {
  getPushSetup,
  listPushDeliveries,
  listPushSubscriptions,
  subscribePush,
  unsubscribePush,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { PushLog } from './push-log.service';
import { SubscriptionsService } from './subscriptions.service';

@Controller()
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly log: PushLog,
  ) {}

  @Handles(getPushSetup)
  setup() {
    return Promise.resolve(this.subscriptions.setup());
  }

  @Handles(subscribePush)
  subscribe(@Input() { user, body }: InputOf<typeof subscribePush>) {
    return this.subscriptions.subscribe(user.userId, body);
  }

  @Handles(listPushSubscriptions)
  list(@Input() { user }: InputOf<typeof listPushSubscriptions>) {
    return this.subscriptions.list(user.userId);
  }

  @Handles(unsubscribePush)
  async unsubscribe(@Input() { user, body }: InputOf<typeof unsubscribePush>) {
    await this.subscriptions.unsubscribe(user.userId, body.token);
    return {};
  }

  @Handles(listPushDeliveries)
  deliveries(@Input() { user, query }: InputOf<typeof listPushDeliveries>) {
    return this.log.list(user.userId, query);
  }
}
