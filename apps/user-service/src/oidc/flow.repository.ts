import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';

/** How far a sign-in at the provider is: under way, under way to be linked, or done but for the second factor. */
export type FlowKind = 'login' | 'link' | 'second-factor';

export interface Flow {
  kind: FlowKind;
  /** Null as long as nobody knows whose it is. */
  userId: number | null;
  /** Sealed. */
  secrets: Buffer;
}

/** By which a flow is found: it takes the state, which has been in URLs, and the key, which has not. */
export interface FlowKeys {
  state: Buffer;
  browser: Buffer;
}

@Injectable()
export class FlowRepository {
  constructor(private readonly database: Database) {}

  async insert(
    { state, browser }: FlowKeys,
    { kind, userId, secrets }: Flow,
    ttlSeconds: number,
  ): Promise<void> {
    await this.database.run(async (manager) => {
      await manager.query(`DELETE FROM oidc_flows WHERE expires_at < now()`);
      await manager.query(
        `INSERT INTO oidc_flows (state_hash, browser_hash, kind, user_id, secrets, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
        [state, browser, kind, userId, secrets, ttlSeconds],
      );
    });
  }

  /** Of many who take the same one exactly one gets it. */
  async take({ state, browser }: FlowKeys, kind: FlowKind): Promise<Flow | null> {
    const [rows] = await this.database.run((manager) =>
      manager.query<[{ user_id: number | null; secrets: Buffer }[], number]>(
        `DELETE FROM oidc_flows
         WHERE state_hash = $1 AND browser_hash = $2 AND kind = $3 AND expires_at > now()
         RETURNING user_id, secrets`,
        [state, browser, kind],
      ),
    );
    const [row] = rows;
    return row ? { kind, userId: row.user_id, secrets: row.secrets } : null;
  }

  /** Whose it is; null when there is none, or nobody's. */
  async findUser({ state, browser }: FlowKeys, kind: FlowKind): Promise<number | null> {
    const [row] = await this.database.run((manager) =>
      manager.query<{ user_id: number | null }[]>(
        `SELECT user_id FROM oidc_flows
         WHERE state_hash = $1 AND browser_hash = $2 AND kind = $3 AND expires_at > now()`,
        [state, browser, kind],
      ),
    );
    return row?.user_id ?? null;
  }
}
