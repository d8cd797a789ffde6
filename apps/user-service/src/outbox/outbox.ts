import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Fields, IntegrationEvent } from '@app/contracts';
import { OutboxRelay, type OutgoingEvent } from '@app/messaging';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';
import { OutboxRepository } from './outbox.repository';

/** For services, which know no driver: a transaction to hand on. */
export type Transaction = EntityManager;

/** Tells other services of a fact, if and when the transaction is committed. `key`: what the event is about, such as the user's id. */
export type Announce = <P extends object>(
  contract: IntegrationEvent<P>,
  key: string,
  data: Fields<P>,
) => Promise<void>;

/** Facts and the events that tell them, in one transaction. Published right after the commit; by a sweep, if that did not work out. */
@Injectable()
export class Outbox implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: OutboxRepository,
    private readonly relay: OutboxRelay,
  ) {}

  onModuleInit(): void {
    this.relay.use(this.events);
  }

  /** All or nothing. Throws UNAVAILABLE when the store is away, else what `work` throws. */
  async transaction<T>(work: (manager: EntityManager, announce: Announce) => Promise<T>): Promise<T> {
    const announced: OutgoingEvent[] = [];
    const result = await this.database.transaction((manager) =>
      work(manager, async (contract, key, data) => {
        const id = randomUUID();
        const event = { id, contract, key, data, at: new Date(), traceId: id } as unknown as OutgoingEvent;
        await this.events.insert(manager, event);
        announced.push(event);
      }),
    );
    this.relay.publishSoon(announced);
    return result;
  }
}
