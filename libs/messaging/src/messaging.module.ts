import { Module, type DynamicModule } from '@nestjs/common';
import { ClusterBus } from './cluster/cluster-bus';
import { ReliableRmqServer } from './consuming/reliable-rmq.server';
import { MessagingHealth } from './messaging.health';
import { MESSAGING_OPTIONS, withDefaults, type MessagingOptions } from './messaging.options';
import { OutboxRelay } from './outbox/outbox-relay';
import { ConfirmedSender } from './publishing/confirmed-sender';
import { EventPublisher } from './publishing/event-publisher';
import { InstanceSubscriptions } from './subscription/instance-subscriptions';

/** HOW contracts travel on RabbitMQ. Needs PlatformModule. */
@Module({})
export class MessagingModule {
  static forRoot(options: MessagingOptions): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      providers: [
        { provide: MESSAGING_OPTIONS, useValue: withDefaults(options) },
        ConfirmedSender,
        EventPublisher,
        OutboxRelay,
        ClusterBus,
        InstanceSubscriptions,
        ReliableRmqServer,
        MessagingHealth,
      ],
      exports: [EventPublisher, OutboxRelay, ClusterBus, InstanceSubscriptions, ReliableRmqServer],
    };
  }
}
