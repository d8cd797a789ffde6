import type { Namespace } from '@app/contracts';
import type { BacklogLimits } from './backlog/slow-readers';
import type { ClusterChannel } from './cluster-adapter';

export const REALTIME_OPTIONS = Symbol('realtime options');

export interface RealtimeOptions {
  namespace: Namespace;
  allowedOrigins: string[];
  /** Largest packet that a client may send; the connection of one who sends more is closed. */
  maxFrameBytes: number;
  /** How much may wait for a client that does not read. */
  backlog?: Partial<BacklogLimits>;
  /** Milliseconds between two signs of life that a plain WebSocket is asked for. */
  heartbeatMs?: number;
  /** Milliseconds from the arrival of a command in which it is answered. */
  commandDeadlineMs?: number;
  /** Commands that one user may give in ten seconds, on all sockets of this instance; 0: any number. */
  commandRateMax?: number;
  /** Joins the instances of the service; without it the instance stands alone. */
  channel?: ClusterChannel;
}
