import type { ProcessHandle } from '../../../../tools/infra/index.mjs';
import type { Network } from '../network/network';

/** Where a run takes place: processes and ways between them that can be disturbed. */
export interface Place {
  /** Origins of the gateways, as clients reach them. */
  gateways: string[];
  /** The stores, by ways that nobody disturbs. */
  chatDbUrl: string;
  notificationDbUrl: string;
  /** Services and stores. */
  processes: ProcessHandle[];
  /** Where its processes look for what faults to bring about themselves. */
  switches: string;
  network: Pick<Network, 'paths' | 'disturb' | 'heal'>;
}
