import type { ProcessHandle } from '../../../../tools/infra/index.mjs';

/** Where a run takes place: processes that can be disturbed, and the ways to them. */
export interface Place {
  /** Origins of the gateways, as clients reach them. */
  gateways: string[];
  chatDbUrl: string;
  notificationDbUrl: string;
  /** Services and stores. */
  processes: ProcessHandle[];
}
