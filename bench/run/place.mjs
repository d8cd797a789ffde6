import { createAccounts } from './accounts.mjs';
import { drainNotifications, openDatabases } from './backlog.mjs';
import { startFreshSystem } from './system.mjs';
import { accountsNeeded } from './workloads.mjs';

/**
 * A fresh system with accounts, and the places where it can be loaded.
 * @param {{ chat: number, idle: number }} options
 * @param {(text: string) => void} say
 */
export async function openSystem(options, say) {
  const system = await startFreshSystem({ instances: { chat: options.chat }, say });
  const accounts = await createAccounts({
    postgresUrl: system.env.POSTGRES_URL,
    secret: system.secret,
    count: accountsNeeded(options),
  });
  const database = await openDatabases(system.env);
  /** @param {string} url @param {string[]} memory names of the processes whose memory counts */
  const place = (url, memory) => ({
    target: { host: '127.0.0.1', port: Number(new URL(url).port) },
    processes: system.processes,
    chatDbUrl: system.env.CHAT_DB_URL,
    database,
    metrics: { chat: system.urls.chat, notification: system.urls.notification },
    memory: Object.fromEntries(memory.map((name) => [name, system.processes[name]])),
  });
  return {
    accounts,
    env: system.env,
    database,
    complaints: system.complaints,
    gateway: place(system.urls.gateway[0], ['chat-1', 'gateway-1']),
    chat: place(system.urls.chat[0], ['chat-1']),
    user: place(system.urls.user[0], []),
    close: async () => {
      await database.close();
      await system.stop();
    },
  };
}

/** Runs one workload on a system, and waits for the work that it leaves behind. */
export async function loadSystem(system, workload, place, options) {
  const before = {
    messages: await system.database.messages(),
    notifications: await system.database.notifications(),
  };
  const result = await workload.run(place, system.accounts, options);
  if (result.acked === undefined) return result;
  const stored = (await system.database.messages()) - before.messages;
  // Acked and not in the store is as lost as can be.
  const counted = { ...result, stored, lost: result.lost + Math.max(0, result.acked - stored) };
  if (workload.leavesBacklog) return counted;
  const expected = stored * workload.notificationsPerMessage;
  const notifications = await drainNotifications(system.database, before.notifications, expected);
  return { ...counted, notifications };
}
