import { Injectable } from '@nestjs/common';
import { integrationEvents, type IntegrationEvent } from '@app/contracts';
import type { OutboxStore, OutgoingEvent } from '@app/messaging';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database';

/** Longer than it takes to publish a batch; what a dead instance had claimed waits for so long. */
const CLAIM_SECONDS = 5;

interface Row {
  event_id: string;
  type: string;
  key: string;
  data: object;
  at: Date;
}

const CONTRACTS = new Map(
  integrationEvents.map((contract) => [contract.name, contract as unknown as IntegrationEvent]),
);

@Injectable()
export class OutboxRepository implements OutboxStore {
  constructor(private readonly database: Database) {}

  /** In the transaction of `manager`: the event exists exactly if the fact does. */
  insert(manager: EntityManager, event: OutgoingEvent): Promise<void> {
    return storeEvent(manager, event);
  }

  async markPublished(ids: string[]): Promise<void> {
    await this.database.run((manager) =>
      manager.query(`DELETE FROM outbox WHERE event_id = ANY($1::uuid[])`, [ids]),
    );
  }

  /**
   * Each instance takes others: what one has claimed is passed over by the rest, also while it is being claimed. Whoever
   * dies with a claim leaves it to the next one, a few seconds later.
   */
  async takePending(olderThanMs: number, limit: number, from = new Date(0)): Promise<OutgoingEvent[]> {
    const rows = await this.database.run<Row[]>((manager) =>
      manager.query(
        `WITH claimed AS (
           UPDATE outbox SET claimed_until = now() + make_interval(secs => $4)
           WHERE position IN (
             SELECT position FROM outbox
             WHERE at < now() - make_interval(secs => $1) AND at >= $3
               AND (claimed_until IS NULL OR claimed_until < now())
             ORDER BY position LIMIT $2 FOR UPDATE SKIP LOCKED)
           RETURNING position, event_id, type, key, data, at)
         SELECT event_id, type, key, data, at FROM claimed ORDER BY position`,
        [olderThanMs / 1_000, limit, from, CLAIM_SECONDS],
      ),
    );
    return rows.flatMap(({ event_id: id, type, key, data, at }) => {
      const contract = CONTRACTS.get(type);
      return contract ? [{ id, contract, key, data, at, traceId: id }] : [];
    });
  }

  async oldestPending(olderThanMs: number): Promise<Date | undefined> {
    const [oldest] = await this.database.run<Pick<Row, 'at'>[]>((manager) =>
      manager.query(
        `SELECT at FROM outbox WHERE at < now() - make_interval(secs => $1) ORDER BY position LIMIT 1`,
        [olderThanMs / 1_000],
      ),
    );
    return oldest?.at;
  }
}

/** For a command beside the service: one of its processes will find and publish it. */
export async function storeEvent(
  manager: EntityManager,
  { id, contract, key, data, at }: OutgoingEvent,
): Promise<void> {
  await manager.query(`INSERT INTO outbox (event_id, type, key, data, at) VALUES ($1, $2, $3, $4, $5)`, [
    id,
    contract.name,
    key,
    data,
    at,
  ]);
}
