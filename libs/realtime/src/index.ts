export { admitted, Admitted } from './admitted';
export { Broadcaster, type Target } from './broadcaster';
export { callerOf, type Caller, type ClientSocket } from './client-socket';
export type { ClusterChannel } from './cluster-adapter';
export { HandlesEvent, SocketGateway } from './gateway.decorators';
export { RealtimeAdapter } from './realtime.adapter';
export { RealtimeModule } from './realtime.module';
export type { RealtimeOptions } from './realtime.options';
export { rooms } from './rooms';
