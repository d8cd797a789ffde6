import { randomUUID } from 'node:crypto';
import { fromDist } from '../../lib/dist.mjs';

/** Only who may sign in has sessions that are alive. */
export const sessions = {
  store: 'postgres',
  titles: { sessions: 'sessions belong to active accounts' },
  async look({ stores: { postgres }, report, environment }) {
    const rows = await postgres.manager.query(
      `SELECT session_id, user_id, status FROM tokens JOIN users USING (user_id)
       WHERE status <> 'active' AND revoked_at IS NULL AND expired_at > now()`,
    );
    for (const { session_id, user_id, status } of rows)
      report({
        check: 'sessions',
        subject: session_id,
        problem: `alive, and user ${user_id} is ${status}`,
        repair: () => end(postgres, user_id, status, environment),
      });
    const [{ count }] = await postgres.manager.query(
      `SELECT count(*)::int AS count FROM tokens WHERE revoked_at IS NULL AND expired_at > now()`,
    );
    return { sessions: count };
  },
};

/** As the user service does it: with the event that closes its sockets. */
async function end(postgres, userId, status, environment) {
  const { endSessions } = fromDist('apps/user-service/src/sessions/revocation.repository.js');
  const { storeEvent } = fromDist('apps/user-service/src/outbox/outbox.repository.js');
  const { UserConfig } = fromDist('apps/user-service/src/config.js');
  const tokenSeconds = Number(environment.ACCESS_TOKEN_TTL ?? new UserConfig().ACCESS_TOKEN_TTL);
  const reason = status === 'deleted' ? 'deleted' : 'suspended';
  const ended = await postgres.transaction((manager) => {
    const announce = (contract, key, data) => {
      const id = randomUUID();
      return storeEvent(manager, { id, contract, key, data, at: new Date(), traceId: id });
    };
    return endSessions(manager, announce, { userId, which: {}, reason, tokenSeconds });
  });
  return ended.length > 0 ? 'ended, and the other services will be told' : 'it has ended already';
}
