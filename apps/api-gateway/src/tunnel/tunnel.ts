import type { Socket } from 'node:net';
import { activeWebSockets } from '@app/platform';
import type { ServiceName } from '../routes';
import type { Instance } from '../upstreams/instance';
import type { ConnectionBudget } from './connection-budget';
import type { Owner } from './splice';

/** One WebSocket that is open, or about to be: it occupies its instance and its address's budget until `gone`. */
export class Tunnel implements Owner {
  private open = false;

  constructor(
    readonly client: Socket,
    private readonly service: ServiceName,
    private readonly instance: Instance,
    private readonly address: string,
    private readonly budget: ConnectionBudget,
    private readonly all: Set<Tunnel>,
  ) {
    instance.open++;
    all.add(this);
  }

  opened(): void {
    this.open = true;
    activeWebSockets.inc({ service: this.service });
  }

  gone(): void {
    if (!this.all.delete(this)) return;
    this.instance.open--;
    this.budget.release(this.address);
    if (this.open) activeWebSockets.dec({ service: this.service });
  }
}
