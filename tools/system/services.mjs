/**
 * The services of the system: how each one is called, built, configured and reached. The gateway comes last: it is
 * started after and stopped before the services it forwards to.
 * @type {Record<import('./index.d.mts').ServiceName, { app: string, portVariable: string, urlVariable?: string, port: number,
 *   nodeArgs?: string[] }>}
 */
export const SERVICES = {
  user: {
    app: 'user-service',
    portVariable: 'USER_SERVICE_PORT',
    urlVariable: 'USER_SERVICE_URL',
    port: 3001,
  },
  chat: {
    app: 'chat-service',
    portVariable: 'CHAT_SERVICE_PORT',
    urlVariable: 'CHAT_SERVICE_URL',
    port: 3002,
  },
  notification: {
    app: 'notification-service',
    portVariable: 'NOTIFICATION_SERVICE_PORT',
    urlVariable: 'NOTIFICATION_SERVICE_URL',
    port: 3003,
  },
  gateway: {
    app: 'api-gateway',
    portVariable: 'API_GATEWAY_PORT',
    port: 3000,
    // What it allocates is dead at once. With Node's default of 16 MiB, V8 marks the whole heap each time the young
    // generation is full, because the small old one has no such room left; each time, acks wait 20 ms and more.
    nodeArgs: ['--max-semi-space-size=8'],
  },
};

export const SERVICE_NAMES = /** @type {import('./index.d.mts').ServiceName[]} */ (Object.keys(SERVICES));
