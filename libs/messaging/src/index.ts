export { ClusterBus } from './cluster/cluster-bus';
export { Consumes } from './consuming/consumes.decorator';
export { ReliableRmqServer } from './consuming/reliable-rmq.server';
export type { IncomingEvent, OutgoingEvent } from './envelope';
export { MessagingModule } from './messaging.module';
export type { MessagingOptions } from './messaging.options';
export { OutboxRelay } from './outbox/outbox-relay';
export type { OutboxStore } from './outbox/outbox-store';
export { EventPublisher } from './publishing/event-publisher';
