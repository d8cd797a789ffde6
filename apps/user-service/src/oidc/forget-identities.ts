import type { EntityManager } from 'typeorm';

/** No identity at the provider opens the account any more, and none is about to. */
export async function forgetIdentities(manager: EntityManager, userId: number): Promise<void> {
  await manager.query(`DELETE FROM oidc_flows WHERE user_id = $1`, [userId]);
  await manager.query(`DELETE FROM oidc_identities WHERE user_id = $1`, [userId]);
}
